#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "memcached ADDRESS weight=N discover": each of the servers of a line has its
# weight.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Endpoint;

###############################################################################

# of them at least so many times more are on the heavy server

use constant { SESSIONS => 60, TIMES => 3 };

my $t = Test::Session->new()->plan(1);
my $endpoint = Test::Session::Endpoint->new($t, port('endpoint'));
my ($light, $heavy) = map { $t->memcached() } 0 .. 1;
my $nodes = port('endpoint');

$endpoint->say(cluster_reply(1, 'a.example|127.0.0.1|' . $heavy->port()));
$t->secret('secret');

$t->write_conf(<<"EOF");
session_manager app {
    secret_file   %%TESTDIR%%/secret;
    memcached     @{[$light->address()]};
    memcached     127.0.0.1:$nodes weight=40 discover;
    distribution  ketama_weighted;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location / { session app; session_set a 1; return 204; }
}
EOF

$t->run();

$t->wait_for_log(qr/servers of memcached "127.* have changed/)
	or die "the node is not used\n";

###############################################################################

http_get('/') for 1 .. SESSIONS;

my ($few, $many) = map { scalar(my @keys = $_->keys()) } $light, $heavy;

cmp_ok($many, '>', TIMES * $few, 'a node has the weight of its line')
	or diag("light: $few, heavy: $many");

###############################################################################
