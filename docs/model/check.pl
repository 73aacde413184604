#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: check.pl [--quick]
#        check.pl SCENARIO [SWITCH[,SWITCH...]]
#        check.pl --follow
#
# Runs the verifications of checks.txt with spin and says as TAP whether each
# finds what it should; or runs one.  If that finds something, the story is
# told: the commands of all requests, in the order that spin found.
#
# --follow reads lines of switches, each with a trace (FOLLOW, see follow.pml),
# and prints what is found of each in the scenario "followed": "T" if the model
# admits the trace, "nothing" if it does not.

###############################################################################

use warnings;
use strict;

use File::Temp qw/ tempdir /;
use FindBin;
use Test::More;

# of one verification: memory in MB, and the depth of the search; of one that
# follows a trace, which is small, bits of its hash table, too

use constant MEMORY => 3500;
use constant DEPTH => 100_000;
use constant FOLLOWED => '-E -m10000 -w16';

###############################################################################

my $model = $FindBin::Bin;
my $dir = tempdir(CLEANUP => 1);
my $quick = @ARGV && $ARGV[0] eq '--quick' ? shift : 0;
my $nice = $quick ? '' : 'nice -n 19';

if (@ARGV && $ARGV[0] eq '--follow') {
	$| = 1;
	print +(verify('followed', s/\s+$//r))[0], "\n" while <STDIN>;
	exit;
}

if (@ARGV) {
	my ($scenario, $switches) = @ARGV;
	my ($found, $text) = verify($scenario, $switches // '-', 1);
	print "${text}found: $found\n";
	exit($found eq 'nothing' ? 0 : 1);
}

for my $check (checks()) {
	my ($when, $scenario, $switches, $expected) = @$check;
	next if $quick && $when ne 'quick';

	my ($found, $text) = verify($scenario, $switches);
	is($found, $expected, "$scenario $switches: $expected") || diag($text);
}

done_testing();

###############################################################################

sub checks {
	open my $fh, '<', "$model/checks.txt" or die "checks.txt: $!\n";
	return map { [ split ] } grep { /^\w/ } <$fh>;
}

# what spin finds: the property's short name, "nothing", or "no result"

sub verify {
	my ($scenario, $switches, $story) = @_;

	my @switches = grep { $_ ne '-' } split /,/, $switches;
	my $cycles = grep { $_ eq 'P6?' } @switches;
	my %set = map { /=/ ? split /=/ : ($_, 1) } grep { $_ ne 'P6?' }
		@switches;

	my $pan = verifier($cycles ? 'NP' : 'SAFETY');
	my $run = $set{FOLLOW} ? FOLLOWED : '-m' . DEPTH . ($cycles ? ' -l' : '');

	local @ENV{'SCENARIO', keys %set} = ($scenario, values %set);
	my $text = qx{cd $dir && $nice $pan $run 2>&1};

	$text .= join '', grep { /^   \w+: / } qx{cd $dir && $pan -S *.trail 2>&1}
		if $story && $text =~ /errors: [1-9]/;
	unlink glob "$dir/*.trail";

	return ('nothing', $text) if $text =~ /errors: 0$/m
		&& $text !~ /Search not completed|depth too small/;
	return ("P$1", $text) if $text =~ /assertion violated .*\bP(\d+W?)_/;
	return ('T', $text) if $text =~ /assertion violated .*\bT_/;
	return ('P6', $text) if $text =~ /non-progress cycle|invalid end state/;
	return ('no result', $text);
}

# spin makes a program of the model, gcc compiles it: once for each goal

sub verifier {
	my ($goal) = @_;

	my $pan = "$dir/$goal";
	my $flags = "-w -O0 -D$goal -DCOLLAPSE -DMEMLIM=" . MEMORY;

	if (!-e $pan) {
		my $text = qx{cd $dir && exec 2>&1 && spin -a $model/model.pml \\
			&& gcc $flags -o $pan pan.c};
		die "no verifier:\n$text" if !-e $pan;
	}

	return $pan;
}

###############################################################################
