#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What limit_req refuses costs memcached nothing, and does not wait for it.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret');
$t->write_file('file', "file\n");

$t->write_conf(<<'EOF');
limit_req_zone  $binary_remote_addr  zone=one:1m  rate=1r/m;

session_manager app { %%MANAGER_sid%% }

server {
    listen       127.0.0.1:%%PORT_0%%;
    session      app;
    session_set  last $request_id;

    location = /set {
        return  204;
    }

    location / {
        limit_req  zone=one;
        alias      %%TESTDIR%%/;
    }
}
EOF

$t->run();

###############################################################################

my $cookie = 'sid=' . http_get('/set')->cookie('sid');
my ($key) = $mc->keys();

is(http_get('/file', cookie => $cookie)->status(), 200, 'a first request');

my $value = $mc->get($key);
my $touched = $mc->stats()->{cmd_touch};

is(http_get('/file', cookie => $cookie)->status(), 503, 'a second is refused');
is($mc->stats()->{cmd_touch}, $touched, 'memcached is not asked');
is($mc->get($key), $value, 'nothing is changed');

is(http_get('/file')->cookie('sid'), undef, 'no session is made');

$t->stop();
done_testing();

###############################################################################
