#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: cov.pl BUILD [PATTERN]
#
# Prints how many lines and branches of src were reached by what was built
# with --coverage in the folder BUILD and has run; fails when the share of all
# of them is below its bar.  With a pattern, the lines of the files that match
# it are printed which were not reached, or not with all of their branches.
#
# A source is compiled twice, alone for unit tests and as a part of the module.
# A line was reached when it was in one of them.  So was a branch, if both have
# as many of them in the line; else the one counts that reached more.

###############################################################################

use warnings;
use strict;

use File::Find;
use JSON::PP;

# percent

use constant LINES => 97;
use constant BRANCHES => 92;

my ($build, $pattern) = @ARGV;
my $sources = qr{^.*?/(src/(?:nsess|store|http)/.*\.[ch])$};
my (%lines, %shown);

find({ no_chdir => 1, wanted => sub { count($_) if /\.gcda$/ } }, $build);
die "nothing was built with --coverage in $build, or has run\n" if !%lines;

exit report();

###############################################################################

# what gcov says of one object

sub count {
	my ($data) = @_;

	open my $fh, '-|', 'gcov', '--json-format', '--stdout',
		'--branch-probabilities', $data or die "cannot run gcov: $!\n";
	my @objects = <$fh>;
	close $fh or die "gcov failed: $data\n";

	for my $file (map { @{decode_json($_)->{files}} } @objects) {
		next if $file->{file} !~ $sources && "/$file->{file}" !~ $sources;

		my $name = $1;

		# a copy of src has files of the tests, too

		next if !-e $name;

		my $known = $lines{$name} //= {};

		for (@{$file->{lines}}) {
			my @branches = map { $_->{count} ? 1 : 0 } @{$_->{branches}};

			merge($known->{$_->{line_number}} //= { count => 0,
				branches => [] }, $_->{count}, @branches);
		}
	}
}

sub merge {
	my ($line, $count, @branches) = @_;

	my $old = $line->{branches};

	$line->{count} += $count;

	if (@$old == @branches) {
		$old->[$_] ||= $branches[$_] for 0 .. $#branches;

	} elsif (!@$old || reached(@branches) > reached(@$old)) {
		$line->{branches} = \@branches;
	}
}

sub reached {
	return scalar grep { $_ } @_;
}

###############################################################################

sub report {
	my @all = (0) x 4;

	print "   lines          branches\n";

	for my $file (sort keys %lines) {
		my @lines = values %{$lines{$file}};
		my @branches = map { @{$_->{branches}} } @lines;
		my @sums = (reached(map { $_->{count} } @lines), scalar @lines,
			reached(@branches), scalar @branches);

		$all[$_] += $sums[$_] for 0 .. $#sums;
		show($file, @sums);
		missed($file) if defined $pattern && $file =~ /$pattern/;
	}

	show('all', @all);

	my @short = (share(@all[0, 1]) < LINES ? 'lines: ' . LINES : (),
		share(@all[2, 3]) < BRANCHES ? 'branches: ' . BRANCHES : ());

	printf "below the bar in percent: %s\n", join ', ', @short if @short;

	return @short ? 1 : 0;
}

sub show {
	my ($name, @sums) = @_;

	printf "%5d %5d %5.1f  %5d %5d %5.1f  %s\n", @sums[0, 1],
		share(@sums[0, 1]), @sums[2, 3], share(@sums[2, 3]), $name;
}

sub share {
	my ($part, $all) = @_;

	return $all ? 100 * $part / $all : 100;
}

sub missed {
	my ($file) = @_;

	open my $fh, '<', $file or die "$file: $!\n";
	my @text = <$fh>;
	close $fh;

	for my $n (sort { $a <=> $b } keys %{$lines{$file}}) {
		my $line = $lines{$file}{$n};
		my @branches = @{$line->{branches}};

		next if $line->{count} && reached(@branches) == @branches;

		printf "%5d %s %s", $n, $line->{count} ? reached(@branches) . ' of '
			. @branches : 'not   ', $text[$n - 1];
	}
}

###############################################################################
