package Test::Session::Recheck;

# Copyright (C) the ngx_http_session_module authors

# Connections that session_recheck looks after, and waiting until it has
# looked at the store.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::Session;
use Test::Session::Life;
use Test::Session::Long;

our @EXPORT = qw/ sessions looks_at looks websocket websocket_server /;

my ($count, $life);

###############################################################################

# The Test::Session::Life of a memcached, whose sessions websocket() has; the
# test gets its secret.  Loads are counted there, or by a relay.

sub sessions {
	my ($t, $mc, $relay) = @_;

	my $secret = 's' x 32;

	$t->secret('secret', $secret);
	looks_at($relay // $mc);

	return $life = Test::Session::Life->new($mc, $secret);
}

# where loads are counted

sub looks_at {
	my ($store) = @_;

	$count = $store->can('count') ? sub { $store->count(qr/^mg/) }
		: sub { $store->stats()->{cmd_get} };
}

# a server of the manager "app" with /echo of long_upstream() at port(1), and
# more locations

sub websocket_server {
	my ($locations) = @_;

	return <<"EOF";
server {
    listen  127.0.0.1:%%PORT_0%%;

    session             app;
    session_recheck     100ms;
    proxy_http_version  1.1;
    proxy_set_header    Upgrade \$http_upgrade;
    proxy_set_header    Connection upgrade;

    location /echo {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

$locations
}
EOF
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
