#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A real memcached that has no room for another connection (-c) closes it, or
# leaves it to the kernel, which accepts it, and TLS is not answered then.  The
# connection that there is serves on after long silence.

###############################################################################

use warnings;
use strict;

use FindBin;
use IO::Select;
use IO::Socket::INET;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Tls;

use constant SILENCE => 10;		# NGX_SESSION_MC_SILENCE
use constant ROOM => 40;		# memcached wants some for itself
use constant TAKEN => 5;		# s until a connection counts as not taken

###############################################################################

my $t = Test::Session->new();

authority($t, 'ca');
issue($t, 'server');
$t->secret();

my $path = $t->testdir() . '/server';
my @tls = ('-Z', '-o', "ssl_chain_cert=$path.crt,ssl_key=$path.key");

my @names = qw/ closed waits tls /;
my @mc = (
	$t->memcached(args => ['-c', ROOM, '-o', 'maxconns_fast']),
	$t->memcached(args => ['-c', ROOM, '-o', 'no_maxconns_fast']),
	$t->memcached(args => ['-c', ROOM, '-o', 'no_maxconns_fast', @tls],
		tls => '127.0.0.1:' . port(1)),
);

$t->write_conf(manager(closed => 0) . manager(waits => 1)
	. tls_manager('tls', 'PORT_1',
		'tls_trusted_certificate %%TESTDIR%%/ca.crt;')
	. "server {\n    listen 127.0.0.1:%%PORT_0%%;\n"
	. join('', map { location($_) } @names) . "}\n");

$t->run();

my $jar = cookie_jar();

is(http_get("/$_/set", jar => $jar)->status(), 204, "$_: a session") for @names;

my @sockets = map { fill($_) } @mc;

sleep SILENCE + 1;

is(http_get("/$_", jar => $jar)->status(), 200, "$_: is loaded, though full")
	for @names;

$t->stop();
done_testing();

###############################################################################

sub manager {
	my ($name, $n) = @_;

	return "session_manager $name { secret_file secret; cookie $name secure=off;"
		. " memcached 127.0.0.1:%%MC_$n%%; }\n";
}

sub location {
	my ($name) = @_;

	return <<"EOF";
    location = /$name { session $name require; empty_gif; }
    location = /$name/set { session $name; session_set user ada; return 204; }
EOF
}

# Connections to memcached until it takes no more, seen by one from before.  The
# last one waits in the kernel, which has room for one (listen() with 0): with
# another one closed memcached takes it, and the kernel the next.  On a busy
# machine memcached may close that one, or take another: then all begins anew.

sub fill {
	my ($mc) = @_;

	for (1 .. 10) {
		my @sockets = filled($mc);
		return @sockets if @sockets;
	}

	die "memcached closes connections\n";
}

sub filled {
	my ($mc) = @_;

	my @sockets;

	wait_until { !is_full($mc->stats()) };

	while (!is_full($mc->stats())) {
		die "memcached has room for all\n" if @sockets > ROOM;
		push @sockets, IO::Socket::INET->new(PeerAddr => $mc->address(),
			Blocking => 0);
	}

	close shift @sockets;

	return @sockets if $mc->stats()->{rejected_connections};

	$sockets[-1]->blocking(1);
	print { $sockets[-1] } "version\r\n";

	return IO::Select->new($sockets[-1])->can_read(TAKEN)
		&& defined readline($sockets[-1]) ? @sockets : ();
}

sub is_full {
	my ($stats) = @_;

	return !$stats->{accepting_conns} || $stats->{rejected_connections};
}

###############################################################################
