#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf: the token in a field of a form, over HTTP/1.1 and HTTP/2.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Csrf;
use Test::Session::Echo;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();

$t->write_conf(<<'EOF');
log_format  csrf "$request_method $uri: $session_meta_csrf, $status";
access_log  %%TESTDIR%%/csrf.log csrf;

client_body_buffer_size  1k;
proxy_http_version       1.1;

session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;
    listen  127.0.0.1:%%PORT_1%% http2;

    session       app;
    session_csrf  on;
    session_set   n 1 if=$arg_n;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_2%%;

        location /field/      { session_csrf on field=form[t];
                                proxy_pass http://127.0.0.1:%%PORT_2%%; }
        location /unbuffered/ { proxy_request_buffering off;
                                proxy_pass http://127.0.0.1:%%PORT_2%%; }
        location /file/       { client_body_in_file_only clean;
                                proxy_pass http://127.0.0.1:%%PORT_2%%; }
        location /fallback/   { error_page 502 = @fallback;
                                proxy_pass http://127.0.0.1:%%PORT_3%%; }
        location /any/        { satisfy any; allow all;
                                proxy_pass http://127.0.0.1:%%PORT_2%%; }
        location /try/        { try_files /none @fallback; }
        location /small/      { client_max_body_size 10;
                                proxy_pass http://127.0.0.1:%%PORT_2%%; }
    }

    location @fallback {
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /token {
        session  app phase=rewrite;
        return   200 $session_csrf;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(2), \&reflect);
$t->run();

###############################################################################

my $jar = visitor(cookie_jar());
http_get('/?n=1', jar => $jar);

my $token = http_get('/token', jar => $jar)->body;
my $url = 'application/x-www-form-urlencoded';
my $multipart = 'multipart/form-data; boundary=xYzZY';
my $good = "a=1&csrf_token=$token&b=2";
my $parts = parts('csrf_token', $token);

for my $http (1, 2) {
	my $post = $http == 1 ? \&post_body : \&post2;

	for (['urlencoded', '/', $url, $good], ['multipart', '/', $multipart, $parts],
		['quoted', '/', 'multipart/form-data; boundary="xYzZY"', $parts],
		['field=', '/field/', $url, "form%5Bt%5D=$token"],
		['field=, multipart', '/field/', $multipart,
			parts('form[t]', $token)],
		['unbuffered', '/unbuffered/', $url, $good],
		['as large as allowed', '/', $url, $good . 'x' x (1024 - length $good)],
		['named location', '/fallback/', $url, $good],
		['satisfy any', '/any/', $url, $good],
		['try_files', '/try/', $multipart, $parts])
	{
		my ($name, $uri, $type, $body) = @$_;

		my $r = $post->($uri, $type, $body);
		is($r->status . $r->body, "200POST $uri $body", "HTTP/$http: $name");

		$r = $post->($uri, $type, $body =~ s/\Q$token\E/"A" x 48/er);
		is($r->status, 403, "HTTP/$http: $name, wrong");
	}

	is($post->(@$_)->status, 403, "HTTP/$http: @$_[0, 1], no token") for
		['/', $url, ''], ['/', $url, 'a=1'], ['/', $multipart, 'a'],
		['/field/', $url, $good], ['/', $multipart, $good],
		['/', $url, "csrf_token=$token-"], ['/', $url, "csrf_token="],
		['/any/', $url, 'a=1'], ['/try/', $url, 'a=1'],
		['/unbuffered/', $url, 'a=1'];

	my $large = $good . '&' . 'x' x 2000;
	is($post->('/file/', $url, $good)->body, "POST /file/ $good",
		"HTTP/$http: in a file");
	is($post->('/file/', $url, $large)->status, 200,
		"HTTP/$http: at the beginning of a large one");

	for ('/', '/unbuffered/', '/file/') {
		my $r = $post->($_, $url, $large, "X-CSRF-Token: $token");
		is($r->body, "POST $_ $large", "HTTP/$http: $_ with the header");
	}

	is($post->('/', $url, $good, 'X-CSRF-Token: wrong')->status, 200,
		"HTTP/$http: a wrong header, a good field");
}

# what is refused before the body is sent, which curl takes for a failure

is(post_body('/', $_, $good)->status, 403, "$_ is no form")
	for qw! text/plain application/json !;
is(post_body($_, $url, 'x' x 2000 . "&$good")->status, 403, "$_ too far behind")
	for '/', '/file/';
is(post_body('/small/', $url, $good)->status, 413, 'client_max_body_size');

is(post_body(@$_, 'X-CSRF-Token: ')->status, 403, "@$_[0, 2]: empty") for
	['/empty', $url, 'csrf_token='], ['/empty/header', $url, 'a=1'],
	['/empty/parts', $multipart, parts('csrf_token', '')];
is(post_body('/long', $url, "csrf_token=$token-")->status, 403, 'too long');

ok(wait_until {
	post_body('/', $url, 'x' x 2000 . "&$good");
	$t->log_count(qr/ "session_csrf": body too large: the field "csrf_token" is/);
}, 'the log says what to do');

$t->stop();

my $log = $t->read_file('csrf.log');
like($log, qr/^POST \Q$_\E, 403$/m, "$_")
	for '/: no token', '/: wrong token', '/: body too large',
	'/file/: body too large', '/empty: no token', '/empty/header: no token',
	'/empty/parts: no token', '/long: wrong token';

done_testing();

###############################################################################

sub parts {
	my ($field, $value) = @_;

	return join("\r\n", '--xYzZY', 'Content-Disposition: form-data; name="a"; '
		. 'filename="b"', 'Content-Type: text/plain', '', 'a', '--xYzZY',
		"Content-Disposition: form-data; name=\"$field\"", '', $value,
		'--xYzZY--', '');
}

sub post2 {
	my ($uri, $type, $body, @lines) = @_;

	my $file = $t->write_file('body', $body);

	return curl('--http2-prior-knowledge', '-X', 'POST',
		'--data-binary', "\@$file", '-b', $jar->header(),
		map({ ('-H', $_) } "Content-Type: $type", @lines),
		'http://127.0.0.1:' . port(1) . $uri);
}

###############################################################################
