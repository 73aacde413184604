#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "memcached NAME discover": a node that keeps its name and has another address
# is used there, without a reload; an endpoint that is silent keeps no worker.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Endpoint;
use Test::Session::Placed;

###############################################################################

use constant SESSIONS => 20;

my $t = Test::Session->new();
my $endpoint = Test::Session::Endpoint->new($t, port('endpoint'));
my ($port, $nodes) = (port('cache'), port('endpoint'));
my @mc = map { $t->memcached(address => "127.0.0.$_:$port") } 1 .. 3;

$t->secret('secret');
$t->write_conf(<<"EOF");
session_manager app {
    secret_file      %%TESTDIR%%/secret;
    memcached        127.0.0.1:$nodes discover=1s;
    cookie           sid secure=off;
    distribution     ketama;
    connect_timeout  60s;
    timeout          60s;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location = /new   { session app; session_set user Ada; return 204; }
    location = /read  { session app phase=rewrite;
                        return 200 \$session_status; }
}
EOF

say_nodes(1, 1, 2);
$t->run();
changed(1);

###############################################################################

my @jars = map { begun('/new') } 1 .. SESSIONS;
my @kept = map { count($_) } @mc;

is(found('/read', @jars), SESSIONS, 'two nodes: sessions');
ok($kept[0] && $kept[1] && !$kept[2], 'on both');

# the second one is replaced by another machine, and keeps its name

say_nodes(2, 1, 3);
changed(2);

is(found('/read', @jars), $kept[0], 'its sessions are not found any more');
is(found('/read', map { begun('/new') } 1 .. SESSIONS), SESSIONS,
	'new sessions are');
ok(count($mc[2]), 'at its new address');
is(count($mc[1]), $kept[1], 'and not at the old one');

# an answer does not come before the worker is to exit

$endpoint->say('', 'open');
ok(wait_until { $endpoint->waiting() }, 'the endpoint is silent');
ok($t->reload(), 'reloaded');
ok($t->old_workers_gone(), 'no worker waits for it');

$t->stop();
done_testing();

###############################################################################

sub say_nodes {
	my ($version, @n) = @_;

	my $name = 'a';

	$endpoint->say(cluster_reply($version,
		map { $name++ . ".example|127.0.0.$_|$port" } @n));
}

sub count {
	my ($mc) = @_;

	return scalar(my @keys = $mc->keys());
}

sub changed {
	my ($count) = @_;

	$t->wait_for_log(qr/servers of memcached "127.* have changed/,
		count => $count) or die "the nodes are not used\n";
}

###############################################################################
