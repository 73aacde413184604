#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A worker begins while one of two lines, "memcached ADDRESS discover", is not
# answered: no session counts as missing until the endpoint has failed, and
# then no end is acknowledged of a session that may be on one of its nodes.

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
my ($fixed, $node) = map { $t->memcached() } 0 .. 1;
my $nodes = cluster_reply(1, 'a.example|127.0.0.1|' . $node->port());

$t->secret('secret');

# a line that waits for the endpoint, and one that soon does not

$t->write_conf(manager('waits', 60_000) . manager('fails', 100) . <<"EOF");
server {
    listen  127.0.0.1:%%PORT_0%%;

@{[map { locations($_) } qw/ waits fails /]}
}
EOF

$endpoint->say($nodes);
$t->run();
changed(2);

###############################################################################

my %jars = map { my $name = $_;
	$name => [ map { begun("/$name/new") } 1 .. SESSIONS ] } qw/ waits fails /;

for my $name (sort keys %jars) {
	is(found("/$name/read", @{$jars{$name}}), SESSIONS, "$name: sessions");
}

cmp_ok(scalar(my @keys = $_->keys()), '>', 0, 'on both servers')
	for $fixed, $node;

$endpoint->say('', 'open');
ok($t->reload(), 'reloaded, and the endpoint is silent');
ok($t->old_workers_gone(), 'a new worker');

is(status('waits', 'read', 'ERROR'), SESSIONS, 'not answered: no session');
is(status('waits', 'out', 503), SESSIONS, 'and no end');

ok($t->wait_for_log(qr/could not be looked up, .*: it timed out/), 'failed');

my $found = found('/fails/read', @{$jars{fails}});

ok($found > 0 && $found < SESSIONS, 'then those of the other line');
is(status('fails', 'read', 'EXPIRED'), SESSIONS - $found, 'alone');
is(status('fails', 'out', 204), $found, 'they end');
is(status('fails', 'read', 'EXPIRED'), SESSIONS, 'for good');
is(status('fails', 'out', 503), SESSIONS, 'what is not found may be there');

$endpoint->say($nodes);
ok($t->reload(), 'reloaded, and the endpoint answers');
ok($t->old_workers_gone(), 'a new worker');
changed(4);

is(found('/waits/read', @{$jars{waits}}), SESSIONS, 'all sessions are there');
is(found('/fails/read', @{$jars{fails}}), SESSIONS - $found,
	'but for those that have ended');

$t->stop();
done_testing();

###############################################################################

sub manager {
	my ($name, $timeout) = @_;

	return <<"EOF";
session_manager $name {
    secret_file   %%TESTDIR%%/secret;
    memcached     @{[$fixed->address()]};
    memcached     127.0.0.1:@{[port('endpoint')]} discover=1s;
    cookie        $name secure=off;
    distribution  ketama;
    timeout       ${timeout}ms;
}
EOF
}

# of how many sessions a location says this

sub status {
	my ($name, $location, $expected) = @_;

	return scalar grep {
		my $r = http_get("/$name/$location", cookie => $_->header());
		($location eq 'read' ? $r->body() : $r->status()) eq $expected;
	} @{$jars{$name}};
}

sub changed {
	my ($count) = @_;

	$t->wait_for_log(qr/servers of memcached "127.* have changed/,
		count => $count) or die "the nodes are not used\n";
}

###############################################################################
