#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "memcached NAME resolve" and "discover": a server that leaves and returns with
# all that it had, and one that joins and leaves, undo no end that was
# acknowledged.

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

use constant SESSIONS => 30;

my $t = Test::Session->new();
my $dns = Test::Session::Dns->new($t);
my $names = $dns->port();
my $endpoint = Test::Session::Endpoint->new($t, port('endpoint'));
my ($port, $nodes) = (port('cache'), port('endpoint'));

$t->memcached(address => "127.0.0.$_:$port") for 1 .. 3;

my %address = (
	resolve => "cache.example:$port resolve",
	discover => "127.0.0.1:$nodes discover=1s",
);

my ($managers, $locations) = ('', '');

for my $name (sort keys %address) {
	$managers .= "session_manager $name { secret_file %%TESTDIR%%/secret;"
		. " cookie sid secure=off; memcached $address{$name};"
		. " distribution ketama; subject user lost=login; }\n";
	$locations .= locations($name) . <<EOF;
    location = /$name/in   { session $name; session_set user \$arg_u;
                             return 204; }
    location = /$name/all  { session $name; session_on_error deny;
                             session_revoke_all; return 204; }
EOF
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

my ($version, $changes) = (0, 0);

say_servers(1, 2, 3);
$t->run();
changed();

###############################################################################

for my $name (sort keys %address) {
	my $read = "/$name/read";

	# one leaves

	my @old = map { begun("/$name/new") } 1 .. SESSIONS;
	my @in = map { begun("/$name/in?u=$_") } 1 .. SESSIONS;

	is(found($read, @old, @in), 2 * SESSIONS, "$name: sessions");

	servers(1, 2);

	my @lost = grep { status_of($read, $_) eq 'EXPIRED' } @old;
	my @ended = grep { ended("/$name/out", $_) } @old;

	ok(@lost && @lost < @old, "$name: a server is gone");
	is(@ended, @old - @lost, "$name: what was there cannot be ended");

	my @new = map { begun("/$name/new") } 1 .. SESSIONS;
	my @half = @new[0 .. SESSIONS / 2 - 1];

	is(scalar(grep { ended("/$name/out", $_) } @half), @half,
		"$name: what began since can");

	# who comes again, and is to be logged out everywhere

	my @again = map { begun("/$name/in?u=$_") } 1 .. SESSIONS;
	my @revoked = grep { ended("/$name/all", $again[$_]) } 0 .. $#again;

	is(found($read, @again), SESSIONS - @revoked, "$name: sessions of users");
	ok(@revoked && @revoked < @again, "$name: not all of them are revoked");

	# it returns

	servers(1, 2, 3);

	is(found($read, @lost), @lost, "$name: it is back with what it had");
	is(found($read, @ended, @half, @in[@revoked], @again[@revoked]), 0,
		"$name: and ends stay ends");

	my @away = grep { status_of($read, $_) eq 'EXPIRED' }
		@new[SESSIONS / 2 .. SESSIONS - 1];

	ok(scalar @away, "$name: others are left where they were");
	is(scalar(grep { ended("/$name/out", $_) } @away), 0,
		"$name: and cannot be ended");
	is(scalar(grep { ended("/$name/out", $_) } @lost), @lost,
		"$name: what is back can");

	# and leaves again

	servers(1, 2);

	is(found($read, @away), @away, "$name: those are found again");
	is(found($read, @ended, @half, @lost), 0, "$name: and ends stay ends");
	is(scalar(grep { ended("/$name/out", $_) } @away), @away,
		"$name: now they end");

	servers(1, 2, 3);
}

$t->stop();
done_testing();

###############################################################################

sub ended {
	my ($uri, $jar) = @_;

	return http_get($uri, cookie => $jar->header())->status() == 204;
}

# both managers know it

sub servers {
	say_servers(@_);
	changed();
}

sub say_servers {
	$endpoint->say(cluster_reply(++$version,
		map { "node$_.example|127.0.0.$_|$port" } @_));
	$dns->answer(map { "127.0.0.$_" } @_);
}

sub changed {
	$changes += keys %address;

	$t->wait_for_log(qr/servers of memcached .* have changed/,
		count => $changes) or die "the servers are not used\n";
}

###############################################################################
