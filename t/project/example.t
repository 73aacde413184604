#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Tests for nginx.conf.example: nginx takes it, and it does what it says.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Server;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('session.key');
$t->certificate('example.com');
$t->write_file('www/static/file', 'a file');

my $globals = $t->expand('%%TEST_GLOBALS%%');
my $http = $t->expand('%%TEST_GLOBALS_HTTP%%');
my $app = '127.0.0.1:' . port(1);

open my $fh, '<', $t->root() . '/nginx.conf.example'
	or die "nginx.conf.example: $!\n";
my $conf = do { local $/; <$fh> };
close $fh;

# what a reader replaces too; each has to be there

for my $pair (
	[qr/^user .*\n/m => ''],
	[qr/^error_log .*\n/m => ''],
	[qr/^pid .*\n/m => ''],
	[qr/^load_module .*\n/m => $globals],
	[qr/^http \{\n/m => "http {\n$http"],
	[qr!/var/log/nginx(?=/access\.log)! => $t->testdir()],
	[qr!(?<=secret_file)( +)/etc/nginx! => ' ' . $t->testdir()],
	[qr!/etc/nginx(?=/example\.com\.crt)! => $t->testdir()],
	[qr!/etc/nginx(?=/example\.com\.key)! => $t->testdir()],
	[qr!(?<=rate=10r/)s! => 'm'],
	[qr!/var(?=/www;)! => $t->testdir()],
	[qr/127\.0\.0\.1:11211;/ => $mc->address() . ';'],
	[qr/127\.0\.0\.1:8000;/ => "$app;"],
	[qr/(?<=listen)( +)80;/ => ' 127.0.0.1:' . port(2) . ';'],
	[qr/(?<=listen)( +)443 / => ' 127.0.0.1:' . port(3) . ' '],
) {
	my ($from, $to) = @$pair;
	like($conf, $from, "has $from");
	$conf =~ s/$from/$to/;
}

my ($ok, $output) = $t->check_conf($conf);
ok($ok, 'nginx -t') or diag($output);
unlike($output, qr/\[warn\]/, 'without a warning');
unlike($conf, qr/^ *(?:listen .*http2|http2 )/m, 'HTTP/2 would warn of, or '
	. 'refuse, by the version of nginx');

$t->write_file('nginx.conf', $conf);
$t->run_daemon($app, \&application);
$t->run();

###############################################################################

my $http_url = 'http://127.0.0.1:' . port(2);
my $url = 'https://127.0.0.1:' . port(3);
my $jar = $t->testdir() . '/jar';
my @jar = ('-b', $jar, '-c', $jar);
my $r;

$r = curl("$http_url/x");
is($r->status(), 301, 'http leads to https');
is($r->header('Location'), 'https://127.0.0.1/x', 'the same page there');

is(curl("$url/")->status(), 200, 'everybody');
is(curl("$url/static/file")->body(), 'a file', 'static file');

$r = curl("$url/account/");
is($r->status(), 401, 'guarded');
like($r->body(), qr!^GET /login-page !, 'guarded, login page');

$r = curl(@jar, '-d', 'password=wrong', "$url/login");
is($r->header('Set-Cookie'), undef, 'wrong password, no cookie');

$r = curl(@jar, '-d', 'password=right', "$url/login");
is($r->status(), 200, 'login');
is(scalar grep({ /^X-Session-/i } $r->headers()), 0, 'lines for nginx removed');
like($r->header('Set-Cookie'), qr/^__Host-sid=[\w-]{112}; /, 'cookie');
like($r->header('Set-Cookie'), qr/(?=.*; Secure\b)(?=.*; HttpOnly\b)/i,
	'cookie, Secure and HttpOnly');
like($r->header('Set-Cookie'), qr/(?=.*; Path=\/(;|$))(?=.*; SameSite=Lax)/i,
	'cookie, Path and SameSite');

$r = curl(@jar, '-H', 'X_Session_User: eve', "$url/account/");
is($r->status(), 200, 'guarded, after the login');
like($r->body(), qr/^X-Session-User: Ada\r$/mi, 'application is told');
unlike($r->body(), qr/eve/, 'of the session alone');

is(curl(@jar, "$url/whoami")->body(), "Ada\n", 'session in "return"');

$r = curl(@jar, '-d', '', "$url/theme/dark");
is($r->status(), 303, 'theme');
like(curl(@jar, "$url/")->body(), qr/^X-Session-Theme: dark\r$/mi,
	'theme is kept');

# roles; and what an application writes, see docs/wire-format.md

is(curl("$url/admin/")->status(), 401, 'admin, not logged in');
is(curl(@jar, "$url/admin/")->status(), 403, 'a reader');
curl(@jar, '-d', 'password=right&role=editor', "$url/login");
$r = curl(@jar, "$url/admin/");
is($r->status(), 200, 'an editor');
like($r->body(), qr/^X-Session-Role: editor\r$/mi, 'application is told');

my ($key) = grep { ($mc->get($_) // '') =~ /"editor"/ } $mc->live();
$mc->set($key, '{"user":"Ada","role":"admin","profile":{"language":"en"}}');
$r = curl(@jar, "$url/admin/");
is($r->status(), 200, 'an admin');
like($r->body(), qr/^X-Language: en\r$/mi, 'key within a key');

# 20 more at once, and here 10 a minute: of 60 some are too many

is(curl("$url/api/")->status(), 401, 'api, not logged in');

my @urls = map { "$url/api/?$_" } 1 .. 60;
my $raw = curl(@jar, @urls)->raw();
my $served = () = $raw =~ m!^HTTP/\S+ 200!mg;
my $limited = () = $raw =~ m!^HTTP/\S+ 429!mg;
is($served + $limited, 60, 'api, served or limited');
cmp_ok($served, '>=', 21, 'api, served');
cmp_ok($limited, '>=', 1, 'api, limited by person');

$r = curl('-H', 'Accept: text/plain', "$url/session-status");
like($r->body(), qr/^nginx_session_loads_total\{manager="app",status="hit"\} \d/m,
	'status page');

# logout

is(curl(@jar, "$url/logout")->status(), 405, 'logout by GET');
is(curl(@jar, "$url/account/")->status(), 200, 'does nothing');
curl(@jar, '-d', '', "$url/logout");
is(curl(@jar, "$url/account/")->status(), 401, 'logout by POST');

$mc->kill_now();
is(curl("$url/")->status(), 200, 'no memcached, everybody');

$t->stop();
like($t->read_file('access.log'),
	qr!Ada "GET /account/ [^"]*" 200 session=\S{4,} HIT\n!, 'access log');

done_testing();

###############################################################################

# Answers with the request's head; it knows one password, and a role if asked.

sub application {
	my ($address) = @_;

	accept_each($address, sub {
		my ($client) = @_;

		my $head = request_head($client);
		my $body = request_body($client, $head);
		my ($role) = $body =~ /role=(\w+)/;

		print $client "HTTP/1.1 200 OK\r\nConnection: close\r\n",
			$body =~ /password=right/ ? "X-Session-Regenerate: login\r\n"
				. "X-Session-Set: user=Ada\r\nX-Session-Set: role="
				. ($role // 'reader') . "\r\n" : '',
			"Content-Type: text/plain\r\n",
			'Content-Length: ', length $head, "\r\n\r\n$head";
	});
}

###############################################################################
