#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/login.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;

###############################################################################

my $page = Test::Session::Guide->new('login');
my $t = $page->t();

$page->application('127.0.0.1:8000', sub {
	my ($head, $body) = @_;

	return "HTTP/1.1 200 OK\nX-Session-Set: user=eve\n" if $head =~ m! /hole !;
	return "HTTP/1.1 200 OK\nX-Session-Set: user=a b\n"
		if $body =~ /malformed/;
});
$page->run();

my $ada = $page->browser();

unlike($ada->get('/', '-H', 'X-Session-User: eve')->body(), qr/^X-Session/mi,
	'before the login the application is told nothing');

is($ada->post('/login', user => 'ada', password => 'wrong')
	->header('Set-Cookie'), undef, 'a wrong password: no cookie');

my $r = $page->browser(scheme => 'http')->get('/account/?a=b');

is($r->status(), 301, 'http://');
is($r->header('Location'), 'https://example.com/account/?a=b', 'leads to TLS');

$r = $ada->login('ada');

is($r->status(), 303, 'the right one');
is($r->header('Location'), '/', 'leads where the application says');
unlike($r->raw(), qr/^X-Session-/mi, 'its lines are removed');
like($r->header('Set-Cookie'), 
	qr/^__Host-sid=(?=.*;\sSecure)(?=.*;\sHttpOnly)
	(?=.*;\sSameSite=Lax)(?=.*;\sPath=\/(?:;|$))/xi, 'the cookie');

my $first = $r->cookie('__Host-sid');

$r = $ada->get('/', '-H', 'X-Session-User: eve');

like($r->body(), qr/^X-Session-User: ada\r$/m, 'the application is told');
unlike($r->body(), qr/eve/, 'by nginx alone');
isnt($ada->login('ada')->cookie('__Host-sid'), $first,
	'each login has an id of its own');

is($ada->get('/hole')->header('X-Session-Set'), undef,
	'the lines of another page are removed, too');
like($ada->get('/')->body(), qr/^X-Session-User: ada\r$/m,
	'and log nobody in');

is($ada->post('/login', user => 'bob', password => 'malformed')
	->header('Set-Cookie'), undef, 'a malformed line: no login');
ok($t->wait_for_log(qr/changes of "app" by the upstream were refused: /),
	'the log says why');

is($ada->get('/logout')->status(), 405, 'GET /logout');
like($ada->get('/')->body(), qr/^X-Session-User: ada/m, 'ends nothing');
$ada->post('/logout');
unlike($ada->get('/')->body(), qr/^X-Session-User/m, 'POST does');

# what can go wrong

my ($conf) = $page->blocks('nginx');
$conf =~ s/    server \{\n +listen +80;.*?\n    \}\n//s;
$conf =~ s/ssl_certificate.*\n//g;
$conf =~ s/443 ssl/80/;

my $http = Test::Session::Guide->new('login', name => 'http');
my $off = Test::Session::Guide->new('login', name => 'off');
my $eve = $http->browser(scheme => 'http');
my $bob = $off->browser(scheme => 'http');

$http->run($conf);
$off->run($conf =~ s/subject/cookie sid secure=off; subject/r);

$_->login('bob') for $eve, $bob;

unlike($eve->get('/')->body(), qr/bob/, 'plain HTTP: nobody stays logged in');
ok($http->t()->wait_for_log(qr/browsers drop it on plain HTTP/),
	'the log says so');
like($bob->get('/')->body(), qr/^X-Session-User: bob/m, 'with secure=off, he does');

$ada->login('ada');
$page->memcached()->kill_now();

$r = $ada->login('ada');
is($r->status(), 503, 'memcached is down: no login');
is($r->header('Set-Cookie'), undef, 'and no cookie');
is($ada->get('/')->status(), 200, 'pages are served');

$r = $ada->post('/logout');
is($r->status(), 303, 'a logout is answered as if all were well');
like($r->header('Set-Cookie'), qr/^__Host-sid=;/, 'and takes the cookie away');

done_testing();

###############################################################################
