#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: plain.pl [-v] [-a ALLOWED] DIRECTORY|FILE...
#
# Finds phrases in comments and messages, and in pages (*.md), that a reader has
# to read twice, and fails if there are any: it prints FILE:LINE, the phrase and
# what to write.  A pattern finds the phrase, not the riddle: a comment without
# one can be hard to read as well.  With one directory alone, names are relative
# to it.
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
	[ qr/\b(?:and|begins?|needs?|shows?|that|there|to|where|why) none\b/,
		'name the noun: "where no change can be saved"' ],
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

getopts('va:', \%options) && @ARGV
	or die "usage: plain.pl [-v] [-a ALLOWED] DIRECTORY|FILE...\n";

read_allowed($options{a}, $options{v});

for my $path (@ARGV) {
	my @files;

	find({ no_chdir => 1, wanted => sub {
		push @files, $_ if /\.(?:[ch]|md)$/;
	} }, $path);

	check_file($_, @ARGV == 1 ? s/^\Q$path\E\///r : $_)
		for sort @files;
}

exit(finish());

###############################################################################

sub check_file {
	my ($path, $file) = @_;

	my $text = read_file($path);
	my $folder = $file =~ s/\/?[^\/]*$//r;

	for my $piece ($file =~ /\.md$/ ? paragraphs($text)
		: (comments($text), strings($text)))
	{
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

# [ line, text ] of a page's paragraphs and tables, without examples, code and
# what is quoted *so*, such as the name of a test's case

sub paragraphs {
	my ($text) = @_;

	my @paragraphs;
	my $line = 1;

	$text =~ s/^(```.*?^```)$/"\n" x ($1 =~ tr!\n!!)/msge;
	$text =~ s/`[^`\n]*`/`code`/g;
	$text =~ s/(?<![*\w])\*[^*\s][^*\n]*\*(?!\*)//g;

	for my $part (split /(\n\s*\n|\n(?=[|*-]))/, $text) {
		push @paragraphs, [ $line, $part ] if $part =~ /\S/;
		$line += $part =~ tr/\n//;
	}

	return @paragraphs;
}

###############################################################################
