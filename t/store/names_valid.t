#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A name whose addresses are good for more than the 24 days that are as many
# milliseconds as a timer of 32 bits has: the worker goes on.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Dns;

###############################################################################

my $t = Test::Session->new()->plan(2);
my $dns = Test::Session::Dns->new($t);
my $names = $dns->port();
my $port = $t->memcached()->port();

$dns->answer('127.0.0.1');
$t->secret('secret');

$t->write_conf(<<"EOF");
resolver  127.0.0.1:$names valid=30d;

session_manager app {
    secret_file   %%TESTDIR%%/secret;
    memcached     memcached.example:$port resolve;
    cookie        sid secure=off;
    distribution  ketama;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location / { session app; session_set a 1; return 204; }
}
EOF

$t->run();

$t->wait_for_log(qr/servers of memcached "mem\S+" have changed/)
	or die "the server is not used\n";

###############################################################################

my $cookie = http_get('/')->cookie('sid');

ok($cookie, 'a session begins');
is(http_get('/', cookie => "sid=$cookie")->status(), 204, 'and goes on');

###############################################################################
