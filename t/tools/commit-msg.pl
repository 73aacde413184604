#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: commit-msg.pl FILE, or - for standard input
#
# Checks a commit's message: "Area: lower-case past tense." in at most 72
# columns, an empty line, a body.  Can be used as git's hook commit-msg.

###############################################################################

use warnings;
use strict;

use constant COLUMNS => 72;

my $areas = join '|', qw/ Core Conf Access Save Vars Mc Hash Sign Cookie Codec
	Tests Docs Build /;

die "usage: $0 FILE\n" if @ARGV != 1;

my @lines = grep { !/^#/ } <>;
chomp @lines;
pop @lines while @lines && $lines[-1] eq '';

my @errors = check(@lines);
print STDERR "$lines[0]\n", map { "    $_\n" } @errors if @errors;

exit(@errors ? 1 : 0);

###############################################################################

sub check {
	my ($subject, @body) = @_;
	my @errors;

	return 'no subject' if !defined $subject;

	push @errors, 'subject is longer than ' . COLUMNS . ' columns'
		if length $subject > COLUMNS;
	push @errors, 'subject does not begin with an area and a colon'
		if $subject !~ /^(?:$areas): /;
	push @errors, 'subject does not go on in lower case'
		if $subject =~ /^\w+: [A-Z][a-z ]/;
	push @errors, 'subject is not in past tense'
		if $subject =~ /^\w+: (?:add|fix|make|remove|use|move|change)e?s?\b/;
	push @errors, 'subject does not end with a full stop'
		if $subject !~ /[^.]\.$/;
	push @errors, 'no empty line behind the subject'
		if @body && $body[0] ne '';

	return @errors;
}

###############################################################################
