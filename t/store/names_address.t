#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "memcached NAME discover": a node keeps its name and has another address, and
# then its old one.  The other memcached is used without a reload, and no end is
# acknowledged that the first one could undo.

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
my ($nodes, $port) = (port('endpoint'), port('cache'));
my ($manager, $version) = ('app', 0);

my (undef, undef, $other) = map { $t->memcached(address => "127.0.0.$_:$port") }
	1 .. 3;

my $locations = locations($manager);

$t->secret();
$t->write_conf(<<"EOF");
session_manager $manager {
    secret_file   %%TESTDIR%%/secret;
    cookie        sid secure=off;
    memcached     127.0.0.1:$nodes discover=1s;
    distribution  ketama;
    subject       user lost=login;
}

server {
    listen  127.0.0.1:%%PORT_0%%;
$locations
    location = /$manager/in  { session $manager; session_set user \$arg_u;
                               return 204; }
    location = /$manager/all { session $manager; session_on_error deny;
                               session_revoke_all; return 204; }
}
EOF

cluster(1, 2);
$t->run();
changed();

###############################################################################

my $read = "/$manager/read";
my @jars = map { begun("/$manager/new") } 1 .. SESSIONS;
my @users = map { begun("/$manager/in?u=$_") } 1 .. SESSIONS;

is(found($read, @jars, @users), 2 * SESSIONS, 'sessions');

cluster(1, 3);
changed();

my @lost = grep { status_of($read, $_) eq 'EXPIRED' } @jars;

ok(@lost && @lost < @jars, 'those of the node are not found');

my @new = map { begun("/$manager/new") } 1 .. SESSIONS;

is(found($read, @new), SESSIONS, 'others begin');
cmp_ok(scalar(() = $other->keys()), '>', 0, 'at its new address, too');

is(ended('out', @lost), 0, 'what is not found there cannot be ended');
is(ended('out', @new), SESSIONS, 'what began since can');

# nor can all sessions of a user whose list is not found

my @revoked = grep { ended('all', $_) } @users;

cmp_ok(scalar @revoked, '<', @users, 'not all users are logged out everywhere');

cluster(1, 2);
changed();

is(found($read, @lost), @lost, 'the node has its old address: they are there');
is(ended('out', @lost), @lost, 'and end');
is(found($read, @lost), 0, 'and stay ended');
is(found($read, @revoked), 0, 'and those users stay logged out');

$t->stop();
done_testing();

###############################################################################

# how many of the requests to end something were served

sub ended {
	my ($what, @of) = @_;

	return scalar grep { http_get("/$manager/$what", cookie => $_->header())
		->status() == 204 } @of;
}

# two nodes, which have always the same names

sub cluster {
	my @hosts = map { "127.0.0.$_" } @_;

	$endpoint->say(cluster_reply(++$version,
		map { "node$_.example|$hosts[$_]|$port" } 0, 1));
}

sub changed {
	$t->wait_for_log(qr/servers of memcached .* have changed/,
		count => $version) or die "the nodes are not used\n";
}

###############################################################################
