#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "memcached NAME resolve": all addresses of a name are servers, as nginx's
# resolver knows them, and change without a reload.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Dns;
use Test::Session::Placed;
use Test::Session::Status;

###############################################################################

use constant SESSIONS => 40;

my $t = Test::Session->new();
my $dns = Test::Session::Dns->new($t);
my $names = $dns->port();
my $port = port('cache');

my @mc = map { $t->memcached(address => "127.0.0.$_:$port",
	$_ == 1 ? (args => [ '-l', '::1' ]) : ()) } 1 .. 3;

$t->secret('secret');
$t->write_conf(<<"EOF");
resolver          127.0.0.1:$names;
resolver_timeout  1s;

session_manager app {
    secret_file   %%TESTDIR%%/secret;
    memcached     cache.example:$port resolve;
    cookie        sid secure=off;
    distribution  ketama;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location = /new   { session app; session_set user Ada; return 204; }
    location = /read  { session app phase=rewrite;
                        return 200 \$session_status; }
    location = /status { session_status_page; }
}
EOF

$t->run();

###############################################################################

# no answer yet

my $jar = begun('/new');

is(http_get('/read', cookie => 'sid=x')->body(), 'FORGED', 'it runs');
ok(!$jar->header(), 'without an address no session begins');
ok($t->wait_for_log(qr/not saved: memcached has no address yet/),
	'for a reason');
ok($t->wait_for_log(qr/could not be looked up, .*: Operation timed out/),
	'a name server that is silent');

# two addresses, in any order

change('127.0.0.2', '127.0.0.1');

my @jars = map { begun('/new') } 1 .. SESSIONS;

is(found('/read', @jars), SESSIONS, 'two addresses: sessions');
is(placed($t, map { [ "127.0.0.$_:$port", $mc[$_ - 1] ] } 1, 2), SESSIONS,
	'placed by address and port');

my @peers = @{Test::Session::Status::status('app')->{servers}};

is(join(' ', map { "$_->{name} $_->{workers}[0]{connections}" } @peers),
	"cache.example:$port 2",
	'the status page has the name, and both connections');

# a third one: who stays keeps what it has

my $connections = $mc[0]->stats()->{total_connections};

change('127.0.0.1', '127.0.0.2', '127.0.0.3');

my $stay = found('/read', @jars);

ok($stay > 0 && $stay < SESSIONS, 'a third: keys that stay are found');
is($mc[0]->stats()->{total_connections}, $connections,
	'on the connection that there was');

my @three = map { begun('/new') } 1 .. SESSIONS;

is(found('/read', @three), SESSIONS, 'sessions on three servers');
ok(scalar(@{[ $mc[2]->keys() ]}), 'the third has some');

# the first goes

my $open = $mc[0]->stats()->{curr_connections};

change('127.0.0.2', '127.0.0.3');

my $left = found('/read', @three);

ok($left > 0 && $left < SESSIONS, 'the first goes: others stay');
ok(wait_until { $mc[0]->stats()->{curr_connections} < $open },
	'its connection is closed');

# failures change nothing

for my $failure ([ 'nxdomain', 'Host not found' ],
	[ 'servfail', 'Server failure' ])
{
	my ($answer, $text) = @$failure;

	$dns->answer($answer);
	ok($t->wait_for_log(qr/could not be looked up, .*: $text/),
		"$answer: it is told");
	is(found('/read', @three), $left, "$answer: servers stay");
}

# IPv6

change('::1');

is(found('/read', map { begun('/new') } 1 .. SESSIONS), SESSIONS, 'IPv6: sessions');

$t->stop();
done_testing();

###############################################################################

sub change {
	my (@addresses) = @_;

	my $known = $t->log_count(qr/servers of memcached "cache.* have changed/);

	$dns->answer(@addresses);

	$t->wait_for_log(qr/servers of memcached "cache.* have changed/,
		count => $known + 1) or die "nothing has changed: @addresses\n";
}

###############################################################################
