#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The model of the protocol in docs/model: its small instances hold, and each
# fault that is put back is found; checks.txt says which.  And its page tells
# of all that there is.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ root /;

###############################################################################

my $model = root() . '/docs/model';
my $page = text('README.md');
my $checks = text('checks.txt');

my @lines = split /\n/, qx{$model/check.pl --quick 2>&1};

for my $line (grep { /^(?:not )?ok / } @lines) {
	my ($ok, $name) = $line =~ /^((?:not )?ok) \d+ - (.*)/;
	is($ok, 'ok', $name);
}

is($?, 0, 'no verification found what it should not')
	|| diag(join "\n", @lines);

# a fault without a verification would be a switch that does nothing

for my $switch (text('faults.pml') =~ /^bit (\w+);/mg) {
	like($checks, qr/[ ,]$switch[ ,]/, "$switch is put back");
	like($page, qr/`$switch`/, "$switch is explained");
	like(text('model.pml'), qr/ SWITCH\($switch\)/, "$switch can be set");
}

for my $file (glob "$model/scenarios/*.pml") {
	my ($scenario) = $file =~ /(\w+)\.pml$/;
	like($checks, qr/^\w+ +$scenario /m, "$scenario is verified");
	like(text('model.pml'), qr/ scene_$scenario\(\)$/m, "$scenario can run");
}

done_testing();

###############################################################################

sub text {
	my ($file) = @_;

	open my $fh, '<', "$model/$file" or die "$file: $!\n";
	local $/;
	return scalar <$fh>;
}

###############################################################################
