#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Sessions of profile tornado, too, are not kept alive by polling, and end
# the connections that are open.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Life;
use Test::Session::Long;

###############################################################################

use constant IDLE => 1800;
use constant LEFT => 1000;

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret', 'of the manager');
$t->secret('cookie', 'of the cookies');

$t->write_conf(<<'EOF');
session_manager app {
    profile             tornado;
    secret_file         %%TESTDIR%%/secret;
    cookie_secret_file  %%TESTDIR%%/cookie;
    memcached           127.0.0.1:%%MC_0%%;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app phase=rewrite;

    location = /set {
        session_set  n $arg_n;
        return       204;
    }

    location = /read {
        return  200 "$session_status $session_n";
    }

    location /poll {
        session_no_touch  on;
        session_set       n $arg_n if=$arg_n;
        return            200 "$session_status $session_n";
    }

    location /echo {
        session_recheck     100ms;
        proxy_pass          http://127.0.0.1:%%PORT_1%%;
        proxy_http_version  1.1;
        proxy_set_header    Upgrade $http_upgrade;
        proxy_set_header    Connection upgrade;
    }
}
EOF

long_upstream($t, 1);
$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/set?n=1', jar => $jar);
my ($key) = $mc->keys();
lives($mc, $key, IDLE, 'a session');

age();
is(http_get('/poll', jar => $jar)->body, 'HIT 1', 'a poll sees it');
lives($mc, $key, LEFT, 'and leaves its life');

http_get('/poll?n=2', jar => $jar);
lives($mc, $key, LEFT, 'also when it saves');

is(http_get('/read', jar => $jar)->body, 'HIT 2', 'another request');
lives($mc, $key, IDLE, 'keeps it alive');

my $ws = Test::Session::Long->websocket('/echo', jar => $jar);
is($ws->echo('a'), 'a', 'a WebSocket');
age();
my $looks = $mc->stats()->{cmd_get} + 3;
ok(wait_until(sub { $mc->stats()->{cmd_get} >= $looks }), 'is looked at');
is($ws->echo('b'), 'b', 'and left open');
lives($mc, $key, LEFT, 'its session is not kept alive');
$mc->delete($key);
ok($ws->is_closed(), 'and closes it in the end');

$t->stop();
done_testing();

###############################################################################

# as if the session had not been used for a while

sub age {
	$mc->mg($key, 'T' . LEFT);
}

###############################################################################
