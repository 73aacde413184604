#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "memcached NAME resolve" and "discover" when nginx was reloaded: the servers
# are looked up again and again, those that are gone are left, and a worker
# uses nothing of the configuration before, whose memory is freed.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Dns;
use Test::Session::Endpoint;

###############################################################################

my $t = Test::Session->new();
my $dns = Test::Session::Dns->new($t);
my $endpoint = Test::Session::Endpoint->new($t, port('endpoint'));
my ($names, $nodes, $port) = ($dns->port(), port('endpoint'), port('cache'));
my @names = qw/ known asked told /;

# each byte that is freed: as the level of a log, it asks for all messages

$ENV{MALLOC_PERTURB_} = 0xa5;

$t->memcached(address => "127.0.0.$_:$port") for 1 .. 2;
$t->secret('secret');

# the system knows one of the names, with a server that the resolver has not

$t->hosts("127.0.0.1 known.example\n");
$dns->answer('127.0.0.2');
$endpoint->say(cluster_reply(1, "a.example|127.0.0.1|$port"));

$t->write_conf("resolver 127.0.0.1:$names;\n"
	. manager('known', "known.example:$port resolve")
	. manager('asked', "asked.example:$port resolve")
	. manager('told', "127.0.0.1:$nodes discover=1s") . <<'EOF');
server {
    listen  127.0.0.1:%%PORT_0%%;

    location /known { session known; session_set user Ada; return 204; }
    location /asked { session asked; session_set user Ada; return 204; }
    location /told  { session told; session_set user Ada; return 204; }
}
EOF

$t->run();
changed(3);
holds('begun');

ok($t->reload(), 'reloaded');
ok($t->old_workers_gone(), 'with a new worker');
changed(6);
holds('reloaded');

# a second later, when the first server has been closed

$dns->answer('127.0.0.1');
changed(8);
holds('a server later');

$dns->answer('127.0.0.2');
changed(10);
holds('and back');

unlike($t->read_log(), qr/exited on signal/, 'by the same worker');

$t->stop();
done_testing();

###############################################################################

sub holds {
	my ($when) = @_;

	for my $name (@names) {
		ok(http_get("/$name")->cookie('sid'), "$when: a session of $name");
	}
}

sub manager {
	my ($name, $line) = @_;

	return <<"EOF";
session_manager $name {
    secret_file      %%TESTDIR%%/secret;
    memcached        $line;
    cookie           sid secure=off;
    distribution     ketama;
    connect_timeout  100ms;
}
EOF
}

sub changed {
	my ($count) = @_;

	$t->wait_for_log(qr/servers of memcached "\S+" have changed/,
		count => $count) or die "the servers are not used\n";
}

###############################################################################
