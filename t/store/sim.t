#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The client of memcached in a simulation (t/sim/sim.h): a virtual clock, a
# scripted socket.  A trace that breaks a rule is printed as "seed N" or as
# "list PLAN AT=CHOICE..."; with these arguments build/sim/run shows all that
# happens in it.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ build /;

# a value of 5 MB in each of six operations, of which 16 MB may wait

use constant HUGE => 'huge plan s0s0s0s0s0s0';

###############################################################################

my $sim = build() . '/sim/run';

plan tests => 24;

# what a client can tell apart, see t/sim/sim_all.c; "make sim" has it all

holds('one operation, two faults at any point', 'all 1 2');
holds('two operations, a fault at any point', 'all 2 1');
holds('three operations, a fault at any point', 'kinds 3 1');
holds('four operations, a fault at any point', 'kinds 4 1');
holds('five operations, a fault at any point', 'kinds 5 1 6');
holds('values of megabytes, a fault at any point', HUGE . ' 1 4');
holds('values of megabytes, at random', 'huge walk 1 20000 3');
holds('up to six operations at random', 'walk 1 60000 5');
holds('over TLS, one operation, two faults at any point', 'tls all 1 2');
holds('the classic protocol, one operation, two faults', 'classic all 1 2');
holds('the classic protocol, two operations, a fault', 'classic all 2 1');
holds('authentication, two operations, a fault', 'auth all 2 1');
holds('authentication, at random', 'auth walk 1 50000 3');
holds('the classic protocol, authentication and TLS, at random',
	'tls classic auth walk 1 50000 3');
holds('servers that are ejected, at random', 'eject walk 1 50000 5');
holds('servers of a name that come and go, at random', 'names walk 1 20000 3');
holds('over TLS, up to six operations at random', 'tls walk 1 50000 4');

# in a race from the beginning: each connection was silent for long

holds('in a race, one operation, two faults at any point', 'old all 1 2 10');
holds('in a race, up to six operations at random', 'old walk 1 40000 5');
holds('in a race, over TLS', 'tls old walk 1 20000 5');
holds('in a race, with all of these', 'tls classic auth old walk 1 20000 5');

holds('in a race, servers of a name that come and go',
	'names old walk 1 20000 3');

# no server could be connected to, until a trace begins

holds('after long outages, up to six operations at random',
	'down walk 1 20000 3');

holds('changes of the servers, for one of which there is no memory', 'past');

###############################################################################

sub holds {
	my ($name, $arguments) = @_;

	my $output = `'$sim' $arguments 2>&1`;
	my $status = $?;

	$output =~ /(\d+) traces\n\z/ and note("$name: $1 traces");

	ok($status == 0 && $output =~ /\A[^:]*\b[1-9]\d* traces\n\z/, $name)
		or diag($output);
}

###############################################################################
