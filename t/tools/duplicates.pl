#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: duplicates.pl [-v] [-a ALLOWED] FILE...
#
# Prints runs of six lines of code that stand twice, and fails if there are
# any.  Blanks do not count, nor do comments, lines without a word such as "}",
# the preprocessor's lines and tables, that is, values of objects outside of
# functions.
#
# The file ALLOWED lists pairs of files that had such runs when this check was
# new: see Report.pm.  -v prints them, too.

###############################################################################

use warnings;
use strict;

use FindBin;
use Getopt::Std;

use lib $FindBin::Bin;
use CSource qw/ read_file without_comments /;
use Report;

use constant LINES => 6;

###############################################################################

my %options;

getopts('va:', \%options) && @ARGV
	or die "usage: duplicates.pl [-v] [-a ALLOWED] FILE...\n";

read_allowed($options{a}, $options{v});

my %places;         # a run => [ file, first line, last line ], ...

for my $file (sort @ARGV) {
	my @lines = code_lines($file);

	for my $i (0 .. @lines - LINES) {
		my @run = @lines[$i .. $i + LINES - 1];

		push @{$places{join "\n", map { $_->[1] } @run}},
			[ $file, $run[0][0], $run[-1][0] ];
	}
}

report($_) for joined(pairs(\%places));

exit(finish());

###############################################################################

# [ number, text ] of each line that counts

sub code_lines {
	my ($file) = @_;

	my @lines;
	my $table = 0;
	my $n = 0;

	for my $line (split /\n/, without_comments(read_file($file))) {
		$n++;
		$table = 1 if $line =~ /^\w[^;]*=\s*\{\s*$/;

		if ($table) {
			$table = 0 if $line =~ /^\}/;
			next;
		}

		next if $line =~ /^\s*#/ || $line !~ /\w/;

		push @lines, [ $n, $line =~ s{\s}{}gr ];
	}

	return @lines;
}

# [ first place, second place ] of each run that stands twice

sub pairs {
	my ($places) = @_;

	my @pairs;

	for my $found (grep { @$_ > 1 } values %$places) {
		for my $i (0 .. $#$found) {
			push @pairs, map { [ $found->[$i], $found->[$_] ] }
				$i + 1 .. $#$found;
		}
	}

	return sort {
		$a->[0][0] cmp $b->[0][0] || $a->[1][0] cmp $b->[1][0]
			|| $a->[0][1] <=> $b->[0][1] || $a->[1][1] <=> $b->[1][1]
	} @pairs;
}

# runs that overlap are one

sub joined {
	my @joined;

	for my $pair (@_) {
		my ($first, $second) = @$pair;

		my ($run) = grep {
			$_->[0][0] eq $first->[0] && $_->[1][0] eq $second->[0]
				&& $first->[1] > $_->[0][1] && $first->[1] <= $_->[0][2]
				&& $second->[1] > $_->[1][1] && $second->[1] <= $_->[1][2]
		} @joined;

		if ($run) {
			$run->[0][2] = $first->[2];
			$run->[1][2] = $second->[2];

		} else {
			push @joined, [ [ @$first ], [ @$second ] ];
		}
	}

	return @joined;
}

sub report {
	my ($pair) = @_;

	my @names = map { $_->[0] =~ s/.*\///r } @$pair;

	complain_unless(join(' and ', map { "$_->[0]:$_->[1]-$_->[2]" } @$pair)
		. ' are the same', "@names");
}

###############################################################################
