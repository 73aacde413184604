#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Each step of a load and of a save fails for each reason that a store can have,
# before it is carried out, after it, or since it cannot be started: what the
# request is told is true, and what is stored is as it says.  memory_save.t has
# all operations of all scenarios, with reasons that take turns.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memory;
use Test::Session::Reasons;

###############################################################################

my $i = Test::Session::Memory->new(managers => {
	few => 'cookie sid secure=off max_age=1h; subject user; max_sessions 3;' });

my $steps = Test::Session::Reasons->new($i);

$steps->scenario($_) for qw/ update sign touch replaced create login late_login
	switch logout revoke /;
$steps->withdraw();

my %wanted = map { /^\w+: (\w+) FAILED/ ? ($1 => 1) : () } $i->rows();

is(join(' ', $steps->seen()), join(' ', sort keys %wanted),
	'each row of the tables that a failure leads to');
cmp_ok($i->REASONS(), '>=', 22, 'reasons');

done_testing();

###############################################################################
