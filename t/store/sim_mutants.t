#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What the simulation finds: each patch of t/sim/mutants breaks the client in
# one place, which its first line tells of, and has to break a rule.  Its second
# line names the run that is tried first; when that finds nothing any more, all
# runs are tried, which takes longer.  Where a patch does not apply any more, it
# has to be written anew.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ build root /;

# what t/store/sim.t runs without a mutant, the shortest first

my @runs = ('all 2 1', 'old all 1 2 10', 'tls walk 1 20000',
	'old walk 1 60000', 'names old walk 1 2000',
	'huge plan s0s0s0s0s0s0 0', 'names walk 1 10000',
	'eject walk 1 10000', 'auth walk 1 20000',
	'classic walk 1 20000', 'down walk 1 100', 'past', 'huge walk 107000 1000',
	'walk 400000 110000');

# a mutant with AddressSanitizer ends so, where another one crashes

use constant ASAN => qr/^==\d+==ERROR: AddressSanitizer/m;

###############################################################################

my $build = build();
my @patches = glob root() . '/t/sim/mutants/*.patch';

plan tests => 2 + @patches;

cmp_ok(@patches, '>=', 12, 'there are mutants');
ok(!found("$build/sim/run", @runs), 'without a mutant no rule is broken');

for my $patch (@patches) {
	my ($name) = $patch =~ m!(\w+)\.patch$!;

	open my $fh, '<', $patch or die "$patch: $!\n";
	chomp(my ($text, $run) = (scalar <$fh>, scalar <$fh>));
	close $fh;

	$run =~ s/^Found by: // or die "$patch: its second line is no run\n";

	ok(found("$build/sim/mutant/$name", $run, grep { $_ ne $run } @runs),
		"$name: $text");
}

###############################################################################

sub found {
	my ($mutant, @tried) = @_;

	if (!-x $mutant) {
		diag("$mutant was not built: does its patch apply?");
		return 0;
	}

	for my $run (@tried) {
		my $output = `timeout 60 '$mutant' $run 2>&1`;

		if ($? != 0 && $output =~ /^((?:\w+ )*(?:seed |list |past:).*)$/m) {
			note($1);
			return 1;
		}

		return 1 if $? >> 8 > 128 || $output =~ ASAN;	# it crashed

		diag("$run: $output") if $? != 0;
	}

	return 0;
}

###############################################################################
