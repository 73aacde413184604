#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_recheck on WebSockets: they are closed when their session is over,
# and only then.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Life;
use Test::Session::Long;
use Test::Session::Recheck;
use Test::Session::Relay;

###############################################################################

use constant LEFT => 3000;

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

my $life = sessions($t, $mc, $relay);

$t->write_conf("session_manager app { %%RELAYED_app%% }\n"
	. websocket_server(<<'EOF'));
    location /require/ {
        session     app require;
        proxy_pass  http://127.0.0.1:%%PORT_1%%/;
    }

    location /off/ {
        session_recheck  off;
        proxy_pass       http://127.0.0.1:%%PORT_1%%/;
    }

    location /first/ {
        session_set  n 1 always;
        proxy_pass   http://127.0.0.1:%%PORT_1%%/;
    }

    location = /logout {
        session_destroy;
        return  204;
    }

    location = /login {
        session_regenerate;
        return  204;
    }
EOF

long_upstream($t, 1);
$t->run();

###############################################################################

my $ws = websocket('/echo', 0);
is($ws->echo('a'), 'a', 'a WebSocket');
$mc->mg($life->key('app'), 'T' . LEFT);
looks(3);
is($ws->echo('b'), 'b', 'is left open while its session lives');
lives($mc, $life->key('app'), LEFT, 'and does not prolong it');

$mc->delete($life->key('app'));
ok($ws->is_closed(), 'it is closed when the record is gone');
ok(wait_until(sub { under_way(1) == 0 }), 'the upstream sees it');
ok($t->wait_for_log(
	qr/\[info\].* connection was closed, the session of "app" is over\b(?! \()/),
	'the log says so');

$ws = websocket('/require/echo', 0);
looks(1);
http_get('/logout', cookie => $ws->{cookie});
ok($ws->is_closed(), 'a logout closes it');

# a login

$ws = websocket('/echo', 0);
my $r = http_get('/login', cookie => $ws->{cookie});
looks(3);
is($ws->echo('c'), 'c', 'a login does not close it');
$mc->delete($life->key('app'));
looks(2);
is($ws->echo('d'), 'd', 'it goes on with the new id');
http_get('/logout', cookie => 'app=' . $r->cookie('app'));
ok($ws->is_closed(), 'until that is logged out');

# limits

$ws = websocket('/echo', 12 * 3600 - 2);
$mc->mg($life->key('app'), 'T' . LEFT);
is($ws->echo('e'), 'e', 'a session near its end');
ok($ws->is_closed(), 'it is closed past absolute_timeout');
is($mc->get($life->key('app')), '{}', 'though the record is there');
ok($t->wait_for_log(qr/connection was closed, .* is past absolute_timeout/),
	'the log says so');

# what has no session to lose, and what begins one

$ws = Test::Session::Long->websocket('/echo');
my $off = websocket('/off/echo', 0);
my $first = Test::Session::Long->websocket('/first/echo');
is($first->echo('f'), 'f', 'a session that begins here');
looks(3);
is($ws->echo('g'), 'g', 'no session');
is($off->echo('h'), 'h', 'session_recheck off');
$mc->flush();
ok($first->is_closed(), 'the one that began here ends');
is($ws->echo('i'), 'i', 'without a session all is as ever');
is($off->echo('j'), 'j', 'off, too');
$_->close() for $ws, $off;

$t->stop();
done_testing();

###############################################################################
