#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: plain.pl [-v] [-a ALLOWED] DIRECTORY
#
# Finds phrases in comments and messages that a reader has to read twice, and
# fails if there are any: it prints FILE:LINE, the phrase and what to write.
# A pattern finds the phrase, not the riddle: a comment without one can be hard
# to read as well.
#
# The file ALLOWED lists folders that had such phrases when this check was new:
# see Report.pm.  -v prints these, too.

###############################################################################

use warnings;
use strict;

use File::Find;
use FindBin;
use Getopt::Std;

use lib $FindBin::Bin;
use CSource qw/ comments read_file strings /;
use Report;

my $be = qr/(?:is|are|was|were|be)/;
my $verb = qr/(?:$be|do|does|did|has|have|had|can|may|must|will)/;
my $end = qr/(?=\s*(?:[.,;:)?]|$))/;

my @phrases = (
	[ qr/\b(?:$verb|finds?|sees?|or|with) none\b/,
		'say what is missing: "the request has no session"' ],
	[ qr/\bnone of\b/, 'say what is the case, or "no" and the noun' ],
	[ qr/\bno one\b/, 'name the noun, or who does not do it' ],
	[ qr/\bnobody's\b|\b(?:to|of|by|for|from) nobody\b/,
		'say what is the case: "before login"' ],
	[ qr/\bwhat becomes of\b/, 'say what happens to it' ],
	[ qr/\b(?:so|neither|nor|as) $be (?!it\b|they\b)\w+/,
		'subject first: "and A, too"' ],
	[ qr/\b(?:so|neither|nor|as) (?:do|does|did|has|have|had|can) \w+/,
		'subject first: "and A does, too"' ],
	[ qr/\bsuch (?:is|are)\b/, 'subject first' ],
	[ qr/\b(?:it|this|that|which|there) $be one$end/,
		'repeat the noun instead of "one"' ],
	[ qr/\b(?:as|if|until|when|where|that) (?:\w+ )?one $be$end/,
		'repeat the noun instead of "one"' ],
	[ qr/\b(?:know|known|knows|understood|understands) by nobody\b/,
		'say who does not know it' ],
	[ qr/^(?:begins|comes|contains|ends|gives|goes|means|needs|takes|wants)
		\b[^.;:]*\?/x, 'ask with "does"' ],
	[ qr/\bhomeless\b/, 'say "without a session"' ],
);

###############################################################################

my %options;

getopts('va:', \%options) && @ARGV == 1
	or die "usage: plain.pl [-v] [-a ALLOWED] DIRECTORY\n";

read_allowed($options{a}, $options{v});
chdir $ARGV[0] or die "$ARGV[0]: $!\n";

my @files;

find({ no_chdir => 1, wanted => sub {
	push @files, s/^\.\///r if /\.[ch]$/;
} }, '.');

check_file($_) for sort @files;

exit(finish());

###############################################################################

sub check_file {
	my ($file) = @_;

	my $text = read_file($file);
	my $folder = $file =~ s/\/?[^\/]*$//r;

	for my $piece (comments($text), strings($text)) {
		my ($line, $words) = @$piece;

		$words =~ s/^\/\*|\*\/$//g;
		$words =~ s/\n\s*\*?/ /g;
		$words = join ' ', split ' ', $words;

		for my $phrase (@phrases) {
			my ($pattern, $advice) = @$phrase;

			complain_unless("$file:$line: \"$&\": $advice", $folder)
				if $words =~ /$pattern/i;
		}
	}
}

###############################################################################
