#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf: ids and keys that change, and forms over HTTP/2 that wait for
# other modules, come slowly, or not to their end.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Echo;
use Test::Session::Http2;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('old', 'o' x 32);
$t->secret('new', 'n' x 32);

my $conf = $t->conf(<<'EOF');
client_body_buffer_size  1k;

log_format  csrf "$args $status";
access_log  %%TESTDIR%%/csrf.log csrf;

session_manager app {
    SECRETS
    memcached         127.0.0.1:%%MC_0%%;
    cookie            app secure=off;
    regenerate_grace  60s;
}

session_variable  $session_mine csrf;

server {
    listen  127.0.0.1:%%PORT_0%%;
    listen  127.0.0.1:%%PORT_2%% http2;

    session       app;
    session_csrf  on;

    location /          { proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /begin     { session_set csrf mine; empty_gif; }
    location /anyform   { satisfy any; deny all; session app require;
                          auth_request /auth;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /sub       { auth_request /auth;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location = /auth    { internal;
                          proxy_pass_request_body off;
                          proxy_set_header Content-Length "";
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /renew     { session_csrf off; session_regenerate;
                          empty_gif; }
    location /key       { session app phase=rewrite;
                          return 200 $session_mine; }
    location /token     { session app phase=rewrite;
                          return 200 $session_csrf; }
}
EOF

sub configure {
	my (@names) = @_;

	my $secrets = join ' ', map { "secret_file %%TESTDIR%%/$_;" } @names;

	$t->write_file_expand('nginx.conf', $conf =~ s/SECRETS/$secrets/r);
}

configure('old');
$t->run_daemon('127.0.0.1:' . port(1), \&echo);
$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/begin', jar => $jar);

my $token = token();
my $form = "a=b&csrf_token=$token";
my $wrong = 'a=b&csrf_token=' . 'A' x 48;

is(http_get('/key', jar => $jar)->body, 'mine', 'a key named csrf');
like($token, qr/^[\w-]{48}$/, 'is not the token');

# HTTP/2, in pieces

my @h2 = ('--http2-prior-knowledge', '-b', $jar->header(), '-d');
my $h2 = 'http://127.0.0.1:' . port(2);
is(curl(@h2, $form, "$h2/sub")->status, 200, 'HTTP/2, auth_request');
is(curl(@h2, $wrong, "$h2/sub")->status, 403, 'HTTP/2, auth_request, wrong');
is(curl(@h2, $form, "$h2/anyform")->status, 200, 'HTTP/2, satisfy any');
is(curl('--limit-rate', '200', @h2, "$form&" . 'x' x 600, "$h2/")->status, 200,
	'HTTP/2, slow');

# half of a body, then the stream is reset, or the connection closed

for my $reset (1, 0) {
	my $client = Test::Session::Http2->new(port(2));
	my $stream = $client->request('/?half', method => 'POST', body => 1,
		header => [cookie => $jar->header(),
			'content-type' => 'application/x-www-form-urlencoded',
			'content-length' => length $form]);

	$client->body($stream, substr($form, 0, 20), 'more');
	ok($client->lives(), 'HTTP/2, half of a body is there');
	$client->reset_stream($stream) if $reset;
	http_abort($client->{socket}) if !$reset;

	my $ended = wait_until {
		return (() = $t->read_file('csrf.log') =~ /^half 4(?:00|99)$/mg)
			== 2 - $reset;
	};
	ok($ended, 'HTTP/2, a client that goes away');
}

is(curl(@h2, $form, "$h2/")->status, 200, 'HTTP/2, nginx goes on');

# an id that changes

my $old = $jar->header();
$token = token();
http_get('/renew', jar => $jar);
isnt($jar->header(), $old, 'regenerated');
is(with($token, cookie => $old), 200, 'the old id, in its grace');
is(with($token, jar => $jar), 403, 'its token is not good for the new one');
is(with(token(), jar => $jar), 200, 'but a new one is');

my $late = http_get('/token', cookie => $old)->body;
is(with($late, cookie => $old), 200, 'read by the old id, in its grace');

# a key that changes

$token = token();
configure('new', 'old');
$t->reload();
is($t->old_workers_gone(20), 1, 'reloaded');
is(with($token, jar => $jar), 200, 'a token by the older key');
my $newer = token();
configure('new');
$t->reload();
is($t->old_workers_gone(20), 1, 'reloaded again');
is(http_get('/begin', jar => $jar)->status, 200, 'a session by the new key');
is(with($_, jar => $jar), 403, 'no token of another session')
	for $token, $newer;
is(with(token(), jar => $jar), 200, 'but one of its own');

done_testing();

###############################################################################

sub token { return http_get('/token', jar => $jar)->body }

sub with {
	my ($with, %extra) = @_;

	return http_post('/', '', header => "X-CSRF-Token: $with", %extra)->status;
}

###############################################################################
