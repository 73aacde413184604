#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_recheck over HTTP/2, where a connection has many streams, and across
# a reload.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Long;
use Test::Session::Recheck;

###############################################################################

use constant LEFT => 3000;

my $t = Test::Session->new();
my $mc = $t->memcached();
my $life = sessions($t, $mc);

$t->certificate('localhost');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% }

ssl_certificate      %%TESTDIR%%/localhost.crt;
ssl_certificate_key  %%TESTDIR%%/localhost.key;

server {
    listen  127.0.0.1:%%PORT_0%%;
    listen  127.0.0.1:%%PORT_2%% ssl http2;

    session             app;
    session_recheck     100ms;
    proxy_http_version  1.1;

    location /stream {
        proxy_pass       http://127.0.0.1:%%PORT_1%%;
        proxy_buffering  off;
    }

    location /day/ {
        session_recheck     1d;
        proxy_pass          http://127.0.0.1:%%PORT_1%%/;
        proxy_set_header    Upgrade $http_upgrade;
        proxy_set_header    Connection upgrade;
    }

    location /echo {
        proxy_pass          http://127.0.0.1:%%PORT_1%%;
        proxy_set_header    Upgrade $http_upgrade;
        proxy_set_header    Connection upgrade;
    }

    location = /status {
        try_files  /nothing @status;
    }

    location @status {
        return  200 "$session_status";
    }
}
EOF

long_upstream($t, 1);
$t->run();

###############################################################################

# HTTP/2

my $cookie = $life->begin('app', 0, LEFT);
open my $h2, '-|', 'node', $t->root() . '/t/tools/http2_streams.js', port(2),
	$cookie, '/stream' or die "cannot run node: $!\n";
is(readline $h2, "open\n", 'a stream of HTTP/2 is under way');
looks(3);
$mc->delete($life->key('app'));
is(readline $h2, "reset 2\n", 'it is reset when the session is gone');
is(readline $h2, "then EXPIRED\n", 'its connection goes on');
close $h2;
ok(wait_until(sub { under_way(1) == 0 }), 'the upstream sees it');

# old workers

$cookie = $life->begin('app', 0, LEFT);
my $ws = Test::Session::Long->websocket('/echo', cookie => $cookie);
ok($t->reload(), 'reload');
looks(3);
is($ws->echo('a'), 'a', 'an old worker goes on');
$mc->delete($life->key('app'));
ok($ws->is_closed(), 'and looks at sessions');
ok($t->old_workers_gone(), 'then it is gone');

$cookie = $life->begin('app', 0, LEFT);
$ws = Test::Session::Long->websocket('/day/echo', cookie => $cookie);
is($ws->echo('b'), 'b', 'a session that is looked at once a day');
ok($t->reload(), 'reload');
is($ws->echo('c'), 'c', 'goes on');
$ws->close();
ok($t->old_workers_gone(), 'a look that is to come holds no worker');

$t->stop();
done_testing();

###############################################################################
