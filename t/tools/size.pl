#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: size.pl FILE...
#
# Prints the longest files and functions; fails when one is above its limit.
# A file of tests has a limit of its own.

###############################################################################

use warnings;
use strict;

# the largest that the house style allows; 250-500 and 20 are what it wants

use constant FILE_LINES => 700;
use constant FUNCTION_LINES => 100;
use constant TEST_LINES => 200;

use constant SHOWN => 5;

my (%files, %tests, %functions);

measure($_) for @ARGV;

my $bad = report('lines', FILE_LINES, \%files)
	+ report('lines of tests', TEST_LINES, \%tests)
	+ report('lines in a function', FUNCTION_LINES, \%functions);

exit($bad ? 1 : 0);

###############################################################################

sub measure {
	my ($file) = @_;

	open my $fh, '<', $file or die "$file: $!\n";

	my $lines = $file =~ /\.t$/ ? \%tests : \%files;
	my ($name, $begin);

	while (my $line = <$fh>) {
		if ($line =~ /^(\w+)\(/) {
			$name = $1;

		} elsif ($line =~ /^\{/) {
			$begin = $.;

		} elsif ($line =~ /^\}/ && defined $begin) {
			$functions{"$file: $name"} = $. - $begin - 1 if $name;
			undef $begin;
			undef $name;
		}

		$lines->{$file} = $.;
	}

	close $fh;
}

# how many are above the limit

sub report {
	my ($unit, $limit, $sizes) = @_;

	my @names = sort { $sizes->{$b} <=> $sizes->{$a} || $a cmp $b }
		keys %$sizes;
	my @bad = grep { $sizes->{$_} > $limit } @names;
	my $shown = @bad > SHOWN ? @bad : SHOWN;

	for my $name (grep { defined } @names[0 .. $shown - 1]) {
		my $size = $sizes->{$name};

		printf "%5d %s  %s%s\n", $size, $unit, $name,
			$size > $limit ? "  (limit: $limit)" : '';
	}

	return scalar @bad;
}

###############################################################################
