#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "secure=auto": the cookie has Secure where the browser speaks TLS, with nginx
# or with a proxy before it.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
$t->memcached();
$t->secret();
$t->certificate('localhost');

$t->write_conf(<<'CONF');
ssl_certificate      %%TESTDIR%%/localhost.crt;
ssl_certificate_key  %%TESTDIR%%/localhost.key;

session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_0%%;
    cookie       sid secure=auto;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    listen   127.0.0.1:%%PORT_1%% ssl;
    session  app phase=rewrite;

    location /set { session_set a 1; return 204; }
    location /end { session_destroy; return 204; }
    location / { return 200 $session_status; }
}
CONF

$t->run();

my $tls = 'https://127.0.0.1:' . port(1);
my $plain = '; Path=/; SameSite=Lax; HttpOnly';
my $secure = '; Path=/; SameSite=Lax; Secure; HttpOnly';

###############################################################################

is(attributes(http_get('/set')), $plain, 'plain HTTP: without Secure');
is(attributes(curl("$tls/set")), $secure, 'TLS: with Secure');

# what a proxy before nginx says; of several words the first is the browser's

my @said = (
	[ 'https' => $secure ],
	[ 'HTTPS' => $secure ],
	[ ' https ' => $secure ],
	[ 'https, http' => $secure ],
	[ 'https,' => $secure ],
	[ 'http' => $plain ],
	[ 'http, https' => $plain ],
	[ 'httpsx' => $plain ],
	[ ', https' => $plain ],
	[ '' => $plain ],
);

for my $case (@said) {
	my ($word, $attributes) = @$case;
	is(attributes(http_get('/set', header => "X-Forwarded-Proto: $word")),
		$attributes, "X-Forwarded-Proto: \"$word\"");
}

is(attributes(http_get('/set', header => [ 'x-forwarded-proto: https',
	'X-Forwarded-Proto: http' ])), $secure, 'the first line counts');
is(attributes(http_get('/set', header => 'X-Forwarded-Protocol: https')),
	$plain, 'another header does not');
is(attributes(curl('-H', 'X-Forwarded-Proto: http', "$tls/set")), $secure,
	'no client takes Secure off a cookie that goes over TLS');

# one name: a session goes on from TLS to plain HTTP, and ends with the same

my ($cookie) = curl("$tls/set")->header('Set-Cookie') =~ /^(sid=[^;]+)/;
is(http_get('/', cookie => $cookie)->body(), 'HIT', 'one session for both');
like(curl('-b', $cookie, "$tls/end")->header('Set-Cookie'),
	qr/^sid=; .*; Secure; HttpOnly$/, 'a logout over TLS has Secure');

($cookie) = http_get('/set')->header('Set-Cookie') =~ /^(sid=[^;]+)/;
like(http_get('/end', cookie => $cookie)->header('Set-Cookie'),
	qr/^sid=; .*; SameSite=Lax; HttpOnly$/, 'one over plain HTTP has not');

$t->stop();
done_testing();

###############################################################################

sub attributes {
	return $_[0]->header('Set-Cookie') =~ /^sid=[\w-]{112}(; .*)$/ ? $1 : '';
}

###############################################################################
