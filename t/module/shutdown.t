#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# worker_shutdown_timeout while memcached does not answer: all that waits for
# it ends, the worker exits, and a change that is lost is logged.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Http2;
use Test::Session::Relay;

###############################################################################

use constant { LIMIT => 5, LATE => 1.2 };       # seconds

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();
$t->write_file('file.html', 'file' x 1000);

$t->write_conf(<<'EOF', main => 'worker_shutdown_timeout  200ms;');
session_manager app { %%RELAYED_sid%% }

session       app;
default_type  text/html;

server {
    listen  127.0.0.1:%%PORT_0%%;
    listen  127.0.0.1:%%PORT_2%% http2;

    location /begin { session_set n 0; return 200; }
    location /load { alias %%TESTDIR%%/file.html; }
    location /save { session_set n 1; alias %%TESTDIR%%/file.html; }

    location /proxied/ {
        session_set  n 1;
        proxy_pass   http://127.0.0.1:%%PORT_1%%;
    }

    location /late/ { proxy_pass http://127.0.0.1:%%PORT_1%%; }

    location /stream/ {
        session_recheck  100ms;
        proxy_buffering  off;
        proxy_pass       http://127.0.0.1:%%PORT_1%%;
    }

    location /threads {
        session_set  n 1;
        aio          threads;
        sendfile     off;
        alias        %%TESTDIR%%/file.html;
    }

    location /return { session_set n 1; return 200 "text\n"; }
    location /regenerate { session_regenerate; return 200 "text\n"; }
    location /destroy { session_destroy; return 200 "text\n"; }
    location /async { session_set n 1; session_save async; return 200 "text\n"; }
}

server {
    listen   127.0.0.1:%%PORT_1%%;
    session  off;

    location / { return 200 "proxied\n"; }
    location /stream/ { limit_rate 100; alias %%TESTDIR%%/; }
}
EOF

$t->run();

###############################################################################

for my $how (qw! HTTP HTTP/2 !) {
	waits($how, '/load', qr/^mg /);
	waits($how, $_, qr/^m[sd] /)
		for qw! /save /proxied/ /threads /return /regenerate /destroy !;
	waits($how, '/stream/file.html', qr/^mg /, \&start_stream);
	waits($how, '/late/', qr/^mg /, \&start_late);
}

my $cookie = begin();
my $lost = lost();
$relay->shut(qr/^ms /);
my $saves = $relay->count(qr/^ms /);
is(http_get('/async', cookie => $cookie)->status(), 200,
	'a save that the response did not wait for');
$relay->wait_for(qr/^ms /, $saves + 1);
ends('it');
is(lost(), $lost + 1, 'it is logged as lost');

is($t->log_count(qr/memcached "\S+" /), 0, 'memcached has not failed');

done_testing();

###############################################################################

sub waits {
	my ($how, $uri, $command, $start) = @_;

	for my $leaves (0, 1) {
		my $name = "$how, $uri, client " . ($leaves ? 'leaves' : 'waits');
		my $cookie = begin();
		my ($client, $rest);

		($client, $rest) = $start->($how, $uri, $cookie) if $start;
		my $seen = $relay->count($command);
		$relay->shut($command);
		$rest->() if $rest;
		$client = start($how, $uri, $cookie) if !$start;
		$relay->wait_for($command, $seen + 1) or fail("$name: it waits");

		my $socket = $how eq 'HTTP' ? $client : $client->{socket};
		http_abort($socket) if $leaves;
		ends($name);
	}
}

sub begin {
	return 'sid=' . http_get('/begin')->cookie('sid');
}

sub start {
	my ($how, $uri, $cookie) = @_;

	my @cookie = (cookie => $cookie);
	return http_start(http_request($uri, @cookie)) if $how eq 'HTTP';

	my $h2 = Test::Session::Http2->new(port(2));
	$h2->request($uri, header => \@cookie);

	return $h2;
}

# a response under way, whose session is looked at again and again

sub start_stream {
	my $seen = $relay->count(qr/^mg /);
	my $client = start(@_);
	$relay->wait_for(qr/^mg /, $seen + 3);

	return $client;
}

# a body that is late: what sends the rest of it

sub start_late {
	my ($how, $uri, $cookie) = @_;

	my ($client, $rest);

	if ($how eq 'HTTP') {
		$client = http_start(http_request($uri, cookie => $cookie,
			method => 'POST', header => 'Content-Length: 2') . 'a');
		$rest = sub { print $client 'b' };

	} else {
		$client = Test::Session::Http2->new(port(2));
		my $stream = $client->request($uri, method => 'POST', body => 1,
			header => [cookie => $cookie, 'content-length' => 2]);
		$client->body($stream, 'a', 'more');
		$rest = sub { $client->body($stream, 'b') };
	}

	select undef, undef, undef, LATE;

	return ($client, $rest);
}

sub ends {
	my ($name) = @_;

	$t->reload();
	ok($t->old_workers_gone(LIMIT), "$name: the old worker exits");
	$relay->open_gate();
}

sub lost {
	return $t->log_count(qr/were not saved: memcached was not waited for/);
}

###############################################################################
