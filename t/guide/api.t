#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/api.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;

###############################################################################

my $page = Test::Session::Guide->new('api');
my $t = $page->t();

my $application = $page->application();
$page->run();

my $ada = $page->browser();
my $r = $ada->get('/account/');

is($r->status(), 302, 'a page: redirected');
is($r->header('Location'), 'https://example.com/login', 'to the login');

$r = $ada->get('/api/orders');

is($r->status(), 401, 'a script: 401');
is($r->header('Content-Type'), 'application/json', 'JSON');
is($r->body(), qq({"error": 401}\n), 'which says so');
is($r->header('WWW-Authenticate'), 'Cookie realm="app"', 'and what HTTP asks for');
is($r->header('Location'), undef, 'not redirected');

is($ada->get('/api/page.html')->header('Content-Type'), 'application/json',
	'whatever the address ends with');

$r = $ada->get('/api/news');
is($r->status() . $r->body(), qq(401{"error": 401}\n), 'so does a poll');

$ada->login('ada');

like($ada->get('/api/orders')->body(), qr/^X-Session-User: ada/m, 'logged in');

$r = $ada->post('/api/orders', a => 1);
is($r->status(), 403, 'without a token');
is($r->body(), qq({"error": 403}\n), 'as JSON, too');

my ($token) = $ada->get('/api/csrf')->body() =~ /^\{"token": "(\S+)"\}$/;
is($ada->get('/api/orders', '-H', "X-CSRF-Token: $token", '-d', '{}')->status(),
	200, 'with a token');

# polling

my $mc = $page->memcached();
my ($key) = $mc->live();

$mc->command("touch $key 100");
is($ada->get('/api/news')->status(), 200, 'a poll');
cmp_ok($mc->mg($key)->{flags}{t}, '<=', 100, 'prolongs nothing');
$ada->get('/api/orders');
cmp_ok($mc->mg($key)->{flags}{t}, '>', 1000, 'a call does');

# who has not logged in costs memcached ten minutes

my %before = map { $_ => 1 } $mc->keys();

like($page->browser()->get('/api/csrf')->body(), qr/^\{"token": /,
	'a token for anybody');
my ($anonymous) = grep { !$before{$_} } $mc->keys();
cmp_ok($mc->mg($anonymous)->{flags}{t}, '<=', 600, 'for ten minutes');

# what can go wrong

kill 'KILL', $application;
ok(wait_until { ($r = $ada->get('/api/orders'))->status() == 502 },
	'the application is down');
is($r->body(), qq({"error": 502}\n), 'as JSON, too');

$mc->kill_now();
$r = $ada->get('/api/orders');
is($r->status(), 503, 'memcached is down');
is($r->body(), qq({"error": 503}\n), 'as JSON, too');

done_testing();

###############################################################################
