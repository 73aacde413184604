#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf among other modules and phases: what waits, what redirects, and
# what is left in the connection.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Echo;
use Test::Session::Relay;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();

$t->write_conf(<<'EOF');
client_body_buffer_size  1k;

session_manager app { %%RELAYED_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    session       app;
    session_csrf  on;

    location /          { proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /begin     { session_set n 1; empty_gif; }
    location /preaccess { session app phase=preaccess;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /rewrite   { session app phase=rewrite;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /any       { satisfy any; allow all; session_set no 1;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /anyform   { satisfy any; deny all; session app require;
                          auth_request /auth;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /sub       { auth_request /auth;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /mirror    { mirror /auth;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /named     { error_page 403 = @open;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /loop      { error_page 403 = @closed;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location @open      { session_csrf off;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location @closed    { proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location = /auth    { internal;
                          proxy_pass_request_body off;
                          proxy_set_header Content-Length "";
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /token     { session app phase=rewrite;
                          return 200 $session_csrf; }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&echo);
$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/begin', jar => $jar);

my $token = token();
my $form = "a=b&csrf_token=$token";
my $wrong = 'a=b&csrf_token=' . 'A' x 48;

# the body comes while the session is being loaded

for my $uri ('/', '/preaccess', '/rewrite') {
	for ([$form, 200], [$wrong, 403]) {
		my ($body, $status) = @$_;
		my $head = head($uri, length $body);

		$relay->shut(qr/^mg /);
		my $count = $relay->count(qr/^mg /);
		my $socket = http_start($head);
		$relay->wait_for(qr/^mg /, $count + 1);
		http_start(substr($body, 0, 20), socket => $socket);
		$relay->open_gate();

		is(http_get('/token', jar => $jar)->status, 200,
			"$uri: half of the body");
		is(http(substr($body, 20), socket => $socket)->status, $status,
			"$uri: and the rest, $status");
	}
}

# other modules that suspend

is(post($_, $form)->status, 200, "$_: good")
	for qw! /sub /any /anyform /mirror !;
is(post($_, $wrong)->status, 403, "$_: wrong")
	for qw! /sub /any /anyform /mirror !;
is(scalar(grep { $mc->get($_) =~ /"n":"?1/ && $mc->get($_) =~ /"no"/ }
	$mc->keys()), 1, 'satisfy any: one good one has written');

my $guest = cookie_jar();
my $r = post('/any', $wrong, jar => $guest);
is($r->status . ($r->cookie('app') // ''), 403,
	'satisfy any, no session begins');
is(scalar(my @keys = $mc->keys()), 1, 'nor is one stored');

# error pages

is(post('/named', $wrong)->status, 200, 'error_page to a location with "off"');
like(post('/named', 'csrf_token=1&b=' . 'x' x 2000)->body,
	qr/^Content-Length: 2015/m, 'which gets the body');
is(post('/loop', $wrong)->status, 403, 'error_page to one with "on"');

# what was not read is no request

my $evil = "GET /begin HTTP/1.1\r\nHost: a\r\n\r\n";
my $raw = head('/', length $evil, '') . $evil;
my $socket = http_start($raw . "GET /token HTTP/1.1\r\nHost: a\r\nCookie: "
	. $jar->header() . "\r\n\r\n");
is(http_end($socket)->status, 403, 'a body that looks like a request');
like(http_end($socket)->body, qr/^[\w-]{48}$/, 'and the request behind it');

$evil .= 'x' x 3000;
$socket = http_start(head('/', length $evil) . $evil
	. "GET /token HTTP/1.1\r\nHost: a\r\nCookie: " . $jar->header()
	. "\r\n\r\n");
is(http_end($socket)->status, 403, 'too large, not read');
like(http_end($socket)->body, qr/^[\w-]{48}$/, 'and the request behind it');

done_testing();

###############################################################################

sub token { return http_get('/token', jar => $jar)->body }

sub post {
	my ($uri, $body, %extra) = @_;

	return http_post($uri, $body, jar => $jar,
		header => 'Content-Type: application/x-www-form-urlencoded', %extra);
}

sub head {
	my ($uri, $length, $type) = @_;

	$type //= 'application/x-www-form-urlencoded';

	return "POST $uri HTTP/1.1\r\nHost: a\r\nCookie: " . $jar->header()
		. "\r\nContent-Type: $type\r\nContent-Length: $length\r\n\r\n";
}

###############################################################################
