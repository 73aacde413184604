#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "memcached NAME discover": a configuration endpoint tells which nodes there
# are, as ElastiCache's does; what it tells wrong changes nothing.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Dns;
use Test::Session::Endpoint;
use Test::Session::Placed;

###############################################################################

use constant SESSIONS => 40;

my $t = Test::Session->new();
my $dns = Test::Session::Dns->new($t);
my $names = $dns->port();
my @mc = map { $t->memcached() } 0 .. 2;
my @ports = map { $_->port() } @mc;
my $endpoint = Test::Session::Endpoint->new($t, port('endpoint'));
my $port = port('endpoint');

$dns->answer('127.0.0.1');

$t->secret('secret');
$t->write_conf(<<"EOF");
resolver  127.0.0.1:$names;

session_manager app {
    secret_file      %%TESTDIR%%/secret;
    memcached        cfg.example:$port discover=1s;
    cookie           sid secure=off;
    connect_timeout  100ms;
    timeout          1s;
    distribution     ketama;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location = /new   { session app; session_set user Ada; return 204; }
    location = /read  { session app phase=rewrite;
                        return 200 \$session_status; }
}
EOF

$endpoint->say(nodes(5, 0, 1));
$t->run();

changed(1);

my @jars = map { begun('/new') } 1 .. SESSIONS;

is(found('/read', @jars), SESSIONS, 'two nodes: sessions');
is(placed($t, map { [ "node$_.example:$ports[$_]", $mc[$_] ] } 0, 1),
	SESSIONS, 'placed by names and ports');

# one more

$endpoint->say(nodes(6, 0, 1, 2));
changed(2);

my $stay = found('/read', @jars);

ok($stay > 0 && $stay < SESSIONS, 'a third node: keys that stay are found');

my @three = map { begun('/new') } 1 .. SESSIONS;

is(found('/read', @three), SESSIONS, 'sessions on three nodes');

# what is wrong: the nodes stay

my $whole = nodes(7, 0);

my @wrong = (
	[ 'an older version', nodes(5, 0), 'its answer is an old one' ],
	[ 'another memcached', "ERROR\r\n", 'it is no configuration endpoint' ],
	[ 'no cluster', "END\r\n", 'it is no configuration endpoint' ],
	[ 'garbage', "HTTP/1.1 400 Bad Request\r\n",
		'it sent an unexpected reply' ],
	[ 'no nodes', cluster_reply(7), 'it sent an unexpected reply' ],
	[ 'a node with a name alone', cluster_reply(7, 'node0.example||11211'),
		'a node has no address' ],
	[ 'too long', "CONFIG cluster 0 99999\r\n", 'it sent an unexpected reply' ],
	[ 'half of it', substr($whole, 0, 40), 'it closed the connection' ],
	[ 'silence', '', 'it timed out' ],
);

for my $case (@wrong) {
	my ($name, $reply, $text) = @$case;

	my $known = told($text);

	$endpoint->say($reply, $text =~ /timed/ ? 'open' : ());
	wait_until { told($text) > $known };
	cmp_ok(told($text), '>', $known, "$name: it is told");
	is(found('/read', @three), SESSIONS, "$name: the nodes stay");
}

# in pieces

$endpoint->say(nodes(8, 1, 2), 'split');
changed(3);

my $left = found('/read', @three);

ok($left > 0 && $left < SESSIONS, 'a node is gone: others stay');
is(found('/read', map { begun('/new') } 1 .. SESSIONS), SESSIONS,
	'sessions on those');

$t->stop();
done_testing();

###############################################################################

sub nodes {
	my ($version, @n) = @_;

	return cluster_reply($version,
		map { "node$_.example|127.0.0.1|$ports[$_]" } @n);
}

sub changed {
	my ($count) = @_;

	$t->wait_for_log(qr/servers of memcached "cfg.* have changed/,
		count => $count) or die "the nodes are not used\n";
}

sub told {
	my ($text) = @_;

	return $t->log_count(qr/"cfg.*" could not be looked up, .*: \Q$text\E/);
}

###############################################################################
