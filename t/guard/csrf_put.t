#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf: a PUT whose form has the token, to dav_methods, which wants the
# body in a file, and to an upstream.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Echo;

###############################################################################

my $t = Test::Session->new();

$t->plan(skip_all => 'no http_dav_module') if !$t->has('http_dav_module');

my $mc = $t->memcached();

$t->secret();
mkdir $t->testdir() . '/files';

$t->write_conf(<<'EOF');
client_body_buffer_size  1k;

session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;
    listen  127.0.0.1:%%PORT_1%% http2;

    session       app;
    session_csrf  on;

    location /files/ { root %%TESTDIR%%; dav_methods PUT DELETE; }
    location /proxy/ { proxy_pass http://127.0.0.1:%%PORT_2%%; }
    location = /token { session app phase=rewrite;
                        return 200 $session_csrf; }
}
EOF

$t->run_daemon('127.0.0.1:' . port(2), \&reflect);
$t->run();

###############################################################################

my $jar = cookie_jar();
my $token = http_get('/token', jar => $jar)->body;
my $good = "a=1&csrf_token=$token&b=2";
my $large = $good . 'x' x 4000;

for ([1, \&put], [2, \&put2]) {
	my ($http, $put) = @$_;

	for my $body ($good, $large) {
		my $name = "HTTP/$http, " . length($body) . ' bytes';

		is($put->("/files/$http", $body)->status, 201, "$name: made");
		is($t->read_file("files/$http"), $body, "$name: with this body");
		is($put->("/files/$http", $body)->status, 204, "$name: and again");
		unlink $t->testdir() . "/files/$http";

		is($put->('/proxy/', $body)->body, "PUT /proxy/ $body",
			"$name: an upstream gets it");
		is($put->("/files/$http", $body =~ s/\Q$token\E/"A" x 48/er)->status,
			403, "$name: a wrong token");
		is($put->("/files/$http", $body =~ s/\Q$token\E/"A" x 48/er,
			"X-CSRF-Token: $token")->status, 201, "$name: a good header");
		unlink $t->testdir() . "/files/$http";
	}

	is($put->('/files/none', '')->status, 403, "HTTP/$http: an empty body");
}

is(http_get('/files/none', method => 'DELETE', jar => $jar)->status, 403,
	'other methods');

$t->stop();

is_deeply([ glob $t->testdir() . '/tmp_client_body/*' ], [], 'no file is left behind');
is_deeply([ glob $t->testdir() . '/files/*' ], [], 'nor one of what is refused');

done_testing();

###############################################################################

sub put {
	my ($uri, $body, @lines) = @_;

	return http_get($uri, method => 'PUT', body => $body, jar => $jar,
		header => ['Content-Type: application/x-www-form-urlencoded', @lines]);
}

sub put2 {
	my ($uri, $body, @lines) = @_;

	my $file = $t->write_file('body', $body);

	return curl('--http2-prior-knowledge', '-X', 'PUT',
		'--data-binary', "\@$file", '-b', $jar->header(),
		map({ ('-H', $_) } @lines), 'http://127.0.0.1:' . port(1) . $uri);
}

###############################################################################
