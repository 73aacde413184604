#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Each single allocation of what guards a location fails: nobody is let in who
# is not entitled, the request ends, and the worker lives.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Csrf;
use Test::Session::Echo;
use Test::Session::NoMemory;

###############################################################################

my $t = Test::Session->new();
my $memory = Test::Session::NoMemory->new($t)
	or plan(skip_all => 'the module is in the binary');
my $mc = $t->memcached();

$t->secret();
$t->write_file('file', 'secret');

$t->write_conf(<<'EOF');
client_body_buffer_size  1k;

session_manager app { %%MANAGER_sid%% subject user; }

server {
    listen  127.0.0.1:%%PORT_0%%;
    listen  127.0.0.1:%%PORT_1%% http2;

    session       app;
    session_csrf  on;

    location = /begin    { session_csrf off; session_set user $arg_u;
                           return 204; }
    location = /token    { session app phase=rewrite;
                           return 200 $session_csrf; }
    location = /form     { session app phase=rewrite;
                           add_header X-Token $session_csrf; empty_gif; }
    location = /post     { proxy_pass http://127.0.0.1:%%PORT_2%%; }
    location = /require  { session app require; session_csrf off;
                           alias %%TESTDIR%%/file; }
    location = /value    { session_require $session_user = eve error=404;
                           session_csrf off; alias %%TESTDIR%%/file; }
    location = /match    { session_require $session_user ~ ^e(.)e$;
                           session_csrf off; alias %%TESTDIR%%/file; }
    location = /fresh    { session_fresh 1h error=401; session_realm "a realm";
                           session_csrf off; alias %%TESTDIR%%/file; }
    location = /any      { satisfy any; deny all; session app require;
                           auth_request /auth; session_csrf off;
                           error_page 401 /page; alias %%TESTDIR%%/file; }
    location = /auth     { internal; session_csrf off; return 401; }
    location = /page     { session app optional; session_csrf off;
                           return 200 page; }
}
EOF

$t->run_daemon('127.0.0.1:' . port(2), \&echo);
$t->run();

###############################################################################

my $let_in = '';

for my $uri (qw! /require /value /match /fresh /any !) {
	$memory->survives("$uri, ada", \&begin, sub {
		get($uri, scalar $uri =~ /value|match/, cookie => $_[0]);
	});
	$memory->survives("$uri, without a session", sub { }, sub {
		get($uri, 1);
	});
	$memory->survives("$uri, forged", sub { }, sub {
		get($uri, 1, cookie => 'sid=' . 'A' x 112);
	});
}

is($let_in, '', 'nobody is let in');

# tokens

my $type = 'application/x-www-form-urlencoded';

$memory->survives('a token', \&begin,
	sub { http_get('/token', cookie => $_[0]) });
$memory->survives('a first token', sub { $mc->flush() },
	sub { http_get('/form') });

for my $how ('a short form', 'a long form', 'a form in parts', 'no form',
	'a header')
{
	$memory->survives($how, \&with_token, sub {
		my ($cookie, $token) = @_;

		my $body = "csrf_token=$token";
		$body = 'a=' . 'x' x 5000 . "&$body" if $how eq 'a long form';
		$body = "--b\r\nContent-Disposition: form-data; name=\"csrf_token\""
			. "\r\n\r\n$token\r\n--b--\r\n" if $how eq 'a form in parts';

		return http_post('/post', $how eq 'no form' ? '' : $body,
			cookie => $cookie, header => [ 'Content-Type: '
			. ($how eq 'a form in parts' ? 'multipart/form-data; boundary=b'
			: $how eq 'a header' ? 'text/plain' : $type),
			$how eq 'a header' ? "X-CSRF-Token: $token" : () ]);
	});
}

$memory->survives('a form over HTTP/2', \&with_token, sub {
	my ($cookie, $token) = @_;

	return curl('--http2-prior-knowledge', '--no-show-error',
		'-d', "csrf_token=$token",
		'-H', "Cookie: $cookie", 'http://127.0.0.1:' . port(1) . '/post');
});

is(http_get('/require', cookie => begin())->body(), 'secret',
	'in the end who may is let in');

done_testing();

###############################################################################

sub begin {
	$mc->flush();

	return 'sid=' . http_get('/begin?u=ada')->cookie('sid');
}

sub with_token {
	my $cookie = begin();

	return ($cookie, http_get('/token', cookie => $cookie)->body());
}

# notes who gets the file, although that is forbidden

sub get {
	my ($uri, $forbidden, %extra) = @_;

	my $r = http_get($uri, %extra);
	$let_in .= "$uri " if $forbidden && $r->body() =~ /secret/;

	return $r;
}

###############################################################################
