package Test::Session::Recheck;

# Copyright (C) the ngx_http_session_module authors

# Connections that session_recheck looks after, and waiting until it has
# looked at the store.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::Session;
use Test::Session::Long;

our @EXPORT = qw/ looks_at looks websocket /;

my ($count, $life);

###############################################################################

# Where loads are counted, a relay or a memcached; and a Test::Session::Life,
# whose sessions websocket() has.

sub looks_at {
	my ($store);

	($store, $life) = @_;

	$count = $store->can('count') ? sub { $store->count(qr/^mg/) }
		: sub { $store->stats()->{cmd_get} };
}

# waits for so many more looks

sub looks {
	my ($n) = @_;

	$n += $count->();
	wait_until { $count->() >= $n } or die "nobody looks\n";
}

# a WebSocket of the manager "app", whose session began so long ago and has
# enough time left; its cookie is kept

sub websocket {
	my ($uri, $age) = @_;

	my $cookie = $life->begin('app', $age, 3000);
	my $socket = Test::Session::Long->websocket($uri, cookie => $cookie)
		or die "$uri: no WebSocket\n";
	$socket->{cookie} = $cookie;

	return $socket;
}

###############################################################################

1;

###############################################################################
