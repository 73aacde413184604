#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Clients that go away while their session is being loaded or saved, over
# HTTP/1 and HTTP/2: the save completes, nothing is left open, nginx goes on.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Http2;
use Test::Session::Relay;
use Test::Session::Responses;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();
responses($t);

$t->write_conf(<<'EOF', scripts => 'after');
session_manager app { %%RELAYED_sid%% }

server {
    listen            127.0.0.1:%%PORT_0%%;
    listen            127.0.0.1:%%PORT_1%% http2;
    session           app;
    session_set       n $arg_n;
    session_on_error  deny;
    include           responses.conf;
}

server {
    listen  127.0.0.1:%%PORT_2%%;
    location / { return 200 $connections_active; }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();
my $n = 1;
http_get("/text?n=$n", jar => $jar);
my ($key) = $mc->keys();
my $worker = ($t->worker_pids())[0];

my @uris = qw! /text /204 /plain/large.bin /sendfile/large.bin /gzip/large.bin
	/proxy/text /proxy/large /unbuffered/large /unbuffered/stream
	/mirror/large /ssi/ssi.html !;
push @uris, qw! /lua /njs/pieces ! if $t->is_packaged();

for my $uri (@uris) {
	for my $how ([], [reset => 1]) {
		my $name = $uri . (@$how ? ', reset' : ', closed');

		abort_at(qr/^ms /, $uri, @$how);
		$relay->open_gate();
		saved("$name while saving");

		abort_at(qr/^mg /, $uri, @$how);
		$relay->open_gate();
	}
}

# the same, and then the save fails

for my $uri (@uris) {
	$relay->fail(qr/^ms /);
	abort_at(qr/^ms /, $uri, reset => 1);
	$relay->open_gate();
	$relay->fail();
	ok(wait_until { http_get('/text?n=1', jar => $jar)->status() == 200 },
		"$uri: a save that fails behind the client's back");
}

# a client that reads nothing more, but may still be waiting

$relay->shut(qr/^ms /);
my $count = $relay->count(qr/^ms /);
my $socket = http_start(http_request('/text?n=' . ++$n, jar => $jar));
$relay->wait_for(qr/^ms /, $count + 1);
shutdown($socket, 1);
$relay->open_gate();
saved('half closed');
close $socket;

###############################################################################

# HTTP/2: a stream is reset, or the connection is closed

for my $uri (@uris) {
	for my $way ('stream', 'connection') {
		my $h2 = Test::Session::Http2->new(port(1));
		$relay->shut(qr/^ms /);
		my $count = $relay->count(qr/^ms /);
		my $stream = $h2->request("$uri?n=" . ++$n,
			header => [ cookie => $jar->header() ]);
		ok($relay->wait_for(qr/^ms /, $count + 1), "$uri, $way: HTTP/2");

		if ($way eq 'stream') {
			$h2->reset_stream($stream);
			ok($h2->lives(), "$uri: HTTP/2 goes on");
		} else {
			http_abort($h2->{socket});
		}

		$relay->open_gate();
		saved("$uri, $way of HTTP/2");
	}
}

ok(wait_until { http_get('/', port => port(2))->body() eq '1' },
	'no connection is left but the one that asks');
is(($t->worker_pids())[0], $worker, 'the worker lives');

done_testing();

###############################################################################

sub abort_at {
	my ($command, $uri, @how) = @_;

	my $count = $relay->count($command);

	$relay->shut($command);
	my $socket = http_start(http_request("$uri?n=" . ++$n, jar => $jar));
	$relay->wait_for($command, $count + 1) or die "$uri: no $command\n";
	http_abort($socket, @how);
}

sub saved {
	my ($name) = @_;

	ok(wait_until { $mc->get($key) =~ /"n":"$n"/ }, "$name: saved");
}

###############################################################################
