#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "memcached NAME resolve" and "discover" together with eject, tls, auth_file
# and "protocol classic": two servers, one of them is silent and comes back.

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
use Test::Session::Tls;

###############################################################################

use constant SESSIONS => 20;

my $t = Test::Session->new();
my $dns = Test::Session::Dns->new($t);
my $names = $dns->port();
my $endpoint = Test::Session::Endpoint->new($t, port('endpoint'));
my $users = $t->secret('users', "ada:secret\n");

authority($t, 'ca');
issue($t, 'server', san => 'DNS:cache.example');

my @tls = ('-Z', '-o', join ',', map { "$_->[0]=" . $t->testdir()
	. "/server.$_->[1]" } [ 'ssl_chain_cert', 'crt' ], [ 'ssl_key', 'key' ]);
my @auth = ('-Y', $users);

my %servers = (
	plain => [ servers('plain') ],
	auth => [ servers('auth', @auth) ],
	tls => [ servers('tls', @tls) ],
	both => [ servers('both', @tls, @auth) ],
);

# each with: servers, how they are found, and what else is said

my $nodes = port('endpoint');
my $secure = 'tls on; tls_trusted_certificate %%TESTDIR%%/ca.crt;';

my %managers = (
	found => [ 'plain', "127.0.0.1:$nodes discover=1s", 'protocol classic;' ],
	classic => [ 'plain', name('plain'), 'protocol classic;' ],
	auth => [ 'auth', name('auth'), 'auth_file users;' ],
	old_auth => [ 'auth', name('auth'), 'auth_file users; protocol classic;' ],
	tls => [ 'tls', name('tls'), $secure ],
	old_tls => [ 'tls', name('tls'), "$secure protocol classic;" ],
	all => [ 'both', name('both'),
		"$secure auth_file users; protocol classic;" ],
);

my ($managers, $locations) = ('', '');

for my $name (sort keys %managers) {
	my (undef, $address, $more) = @{$managers{$name}};

	$managers .= "session_manager $name { secret_file secret; cookie sid"
		. " secure=off; memcached $address; timeout 500ms;"
		. " distribution ketama eject; $more }\n";
	$locations .= locations($name);
}

$t->secret();
$t->write_conf(<<"EOF");
resolver  127.0.0.1:$names;
$managers
server {
    listen  127.0.0.1:%%PORT_0%%;
$locations
}
EOF

$endpoint->say(cluster_reply(1,
	map { "node$_.example|127.0.0.$_|" . port('plain') } 1, 2));
$dns->answer('127.0.0.1', '127.0.0.2');
$t->run();

$t->wait_for_log(qr/servers of memcached .* have changed/,
	count => scalar keys %managers) or die "names are not found\n";

###############################################################################

for my $name (sort keys %managers) {
	my $mc = $servers{$managers{$name}[0]}[1];
	my @jars = map { begun("/$name/new") } 1 .. SESSIONS;

	is(found("/$name/read", @jars), SESSIONS, "$name: sessions");

	$mc->stop();

	ok(wait_until { !grep { status_of("/$name/read", $_) eq 'ERROR' } @jars },
		"$name: a server is silent");

	my @stay = grep { status_of("/$name/read", $_) eq 'HIT' } @jars;

	ok(@stay && @stay < SESSIONS, "$name: the other one has its sessions");
	is(scalar(grep { ended($name, $_) } @jars), @stay,
		"$name: which end, and no others");

	$mc->cont();

	ok(wait_until { found("/$name/read", @jars) == SESSIONS - @stay },
		"$name: it is back, and those that did not end");
}

$t->stop();
done_testing();

###############################################################################

# two of one port, at two addresses

sub servers {
	my ($name, @args) = @_;

	my $port = port($name);

	return map { $t->memcached(
		$args[0] && $args[0] eq '-Z' ? (tls => "127.0.0.$_:$port")
			: (address => "127.0.0.$_:$port"),
		args => \@args) } 1, 2;
}

sub name { return 'cache.example:' . port($_[0]) . ' resolve' }

sub ended {
	my ($name, $jar) = @_;

	return http_get("/$name/out", cookie => $jar->header())->status() == 204;
}

###############################################################################
