#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The client flag of records that have a subject: it goes with the subject, and
# never to a session that begins behind a cookie that is dead.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Long;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% subject user; }

proxy_http_version  1.1;
proxy_set_header    Upgrade $http_upgrade;
proxy_set_header    Connection upgrade;
session_recheck     100ms;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /begin  { session_set a 1; return 204; }
    location = /login  { session_set user ada; return 204; }
    location = /leave  { session_unset user; return 204; }
    location = /end    { session_revoke_all; return 204; }
    location /echo     { proxy_pass http://127.0.0.1:%%PORT_1%%; }
}
EOF

long_upstream($t, 1);
$t->run();

###############################################################################

my @ada = map { cookie('/login') } 1, 2;
is(flags(), '2147483648 2147483648', 'records with a subject have the flag');

my $nobody = cookie('/leave', $ada[0]);
is(flags(), '0 2147483648', 'one that has it no longer loses the flag');
stays_open($nobody, 'whose subject left');

my $again = cookie('/login', $nobody);
is(flags(), '2147483648 2147483648', 'a login brings it back');

http_get('/end', cookie => $again);
is(flags(), '2147483648', 'one is dead, and its record is there');

my $new = cookie('/begin', $ada[1]);
is(flags(), '0 2147483648', 'what begins behind a dead cookie has no flag');
stays_open($new, 'that began behind a dead cookie');

$mc->delete($_) for grep { /~/ } $mc->keys();
cookie('/begin', $ada[1]);
is(flags(), '0 0 2147483648', 'nor has what begins where nobody knows');

$t->stop();
done_testing();

###############################################################################

sub cookie {
	my ($uri, $cookie) = @_;

	my $r = http_get($uri, cookie => $cookie);

	return 'app=' . ($r->cookie('app') // '');
}

# of the records of sessions

sub flags {
	return join ' ', sort map { $mc->mg($_, 'f')->{flags}{f} } $mc->live();
}

sub stays_open {
	my ($cookie, $name) = @_;

	my $socket = Test::Session::Long->websocket('/echo', cookie => $cookie)
		|| die "no WebSocket\n";
	my $gets = $mc->stats()->{cmd_get} + 3;
	my $closed = closed();

	wait_until {
		$mc->stats()->{cmd_get} >= $gets
			|| closed() > $closed
	};

	is($socket->echo('a'), 'a', "a connection of a session $name stays open");
	$socket->close();
}

sub closed { return $t->log_count(qr/connection was closed, the session/) }

###############################################################################
