#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Responses of all kinds that wait for a save, over HTTP/1: they are what they
# are without a session.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use IO::Select;
use Socket qw/ SOL_SOCKET SO_RCVBUF /;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Relay;
use Test::Session::Responses;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc, delay => 0.003);

$t->secret();
my @requests = responses($t);

$t->write_conf(<<'EOF', scripts => 'after');
session_manager app { %%RELAYED_sid%% }

server {
    listen       127.0.0.1:%%PORT_0%%;
    session      app;
    session_set  last $request_id always;
    include      responses.conf;
}

server {
    listen       127.0.0.1:%%PORT_1%%;
    include      responses.conf;
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/text', jar => $jar);
my ($key) = $mc->keys();

for (@requests) {
	my ($name, $uri, $status, %extra) = @$_;

	my $plain = http_get($uri, %extra, port => port(1));
	is($plain->status(), $status, "$name has its status");

	my $old = $mc->get($key);
	my $held = http_get($uri, %extra, jar => $jar);
	is(essence($held), essence($plain), "$name is the same when held");
	isnt($mc->get($key), $old, "$name was saved");
	is($held->header('Set-Cookie'), undef, "$name sets no cookie again");

	my $new = http_get($uri, %extra);
	is(essence($new), essence($plain), "$name is the same in a new session");
	like($new->cookie('sid'), qr/./, "$name sets a cookie");
}

###############################################################################

# what a connection does besides

my @pipeline = map { http_request($_, jar => $jar) } ('/plain/text.txt',
	'/text', '/204', '/proxy/chunked', '/sendfile/large.bin', '/404',
	'/unbuffered/text', '/302') x 3;
my @responses = http_pipeline(\@pipeline);
is(join(' ', map { $_->status() } @responses),
	join(' ', (200, 200, 204, 200, 200, 404, 200, 302) x 3),
	'pipelined requests are answered in order');
is(length $responses[4]->body(), 10 * 1024 * 1024, 'a large one among them');

my $socket = http_start("GET /text HTTP/1.0\r\n\r\n");
like(http_end($socket)->cookie('sid'), qr/./, 'HTTP/1.0 is held');
is(sysread($socket, my ($rest), 1), 0, 'HTTP/1.0 ends with the connection');

$socket = http_start("GET /text HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
is(http_end($socket)->status(), 200, 'HTTP/1.0 with keep-alive is held');
is(http("GET /proxy/chunked HTTP/1.0\r\n\r\n", socket => $socket)->status(),
	200, 'HTTP/1.0 with keep-alive takes the next request');

$socket = http_start(http_request('/proxy/echo', jar => $jar, method => 'POST',
	header => ['Content-Length: 4', 'Expect: 100-continue']));
sysread($socket, my ($interim), 100);
is($interim, "HTTP/1.1 100 Continue\r\n\r\n", 'the body is asked for');
is(http('body', socket => $socket)->body(), 'body', 'the body came through');

$socket = http_start(http_request('/sendfile/large.bin', jar => $jar));
setsockopt($socket, SOL_SOCKET, SO_RCVBUF, 32768);
is(length http_end($socket)->body(), 10 * 1024 * 1024,
	'a slow client gets all of a file');

$socket = http_start(http_request('/unbuffered/stream', jar => $jar));
like(read_until($socket, qr/first /), qr!^HTTP/1.1 200 .*first !s,
	'the begin of a stream is there before its end');
$t->write_file('go', '');
like(read_until($socket, qr/second/), qr/second/, 'the end of a stream comes');

###############################################################################

# while the save waits

for my $uri ('/text', '/204', '/sendfile/large.bin', '/proxy/large',
	'/unbuffered/large', '/unbuffered/stream', '/ssi/ssi.html')
{
	$relay->shut();
	my $n = $relay->count(qr/^ms /);
	$socket = http_start(http_request($uri, jar => $jar));
	ok($relay->wait_for(qr/^ms /, $n + 1), "$uri is being saved");
	ok(!IO::Select->new($socket)->can_read(0.1), "$uri waits");
	$relay->open_gate();
	ok(IO::Select->new($socket)->can_read(30), "$uri goes on");
	close $socket;
}

$relay->shut();
my $n = $relay->count(qr/^ms /);
$socket = http_start(http_request('/upgrade', jar => $jar,
	header => ['Connection: upgrade', 'Upgrade: echo']));
ok($relay->wait_for(qr/^ms /, $n + 1), 'an upgrade is being saved');
ok(!IO::Select->new($socket)->can_read(0.1), 'an upgrade waits');
print $socket 'early ';
$relay->open_gate();
like(read_until($socket, qr/early /), qr!^HTTP/1.1 101 .*hello echo early $!s,
	'an upgrade goes on, with what waited in both directions');
print $socket 'ping';
is(read_until($socket, qr/ping/), 'echo ping', 'data goes both ways');
close $socket;

done_testing();

###############################################################################
