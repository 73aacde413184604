#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Each row of the tables of a load and of a save is reached.  Operations that
# only a fault makes necessary have faults here, too: an answer is lost, or the
# record was written by another request, and then the next operation fails.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Matrix;
use Test::Session::Memory;

###############################################################################

my $cookie = 'cookie sid secure=off max_age=1h;';
my $i = Test::Session::Memory->new(managers => {
	plain => $cookie,
	few => "$cookie subject user; max_sessions 3;" });

$i->on('plain');
matrix($i, $_) for qw/ late_login late_logout /;
pairs($i, $_) for qw/ update again logout /;

$i->on('few');
matrix($i, $_) for sort keys %scenarios;
pairs($i, $_) for qw/ update again switch fourth logout revoke /;
race($i, 'regenerate', 'regenerate', @$_)
	for [], [ 'delete lose' ], [ 'delete fail ' . $i->next_reason() ];

my %reached = map { $_ => 1 } $i->reached();

is(join(', ', grep { !$reached{$_} } $i->rows()), '',
	'each row is reached: ' . keys %reached);

done_testing();

###############################################################################
