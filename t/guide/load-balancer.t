#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/load-balancer.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Browser;
use Test::Session::Guide;

###############################################################################

my $page = Test::Session::Guide->new('load-balancer');
my $t = $page->t();

$t->write_file('srv/www/static/logo', 'a logo');

$page->application('127.0.0.1:8000', sub {
	return "HTTP/1.1 200 OK\nCache-Control: public, max-age=60\n\nnews\n"
		if $_[0] =~ m!^GET /news !;
});
$page->run();

# a CDN that keeps all that it may, and the load balancer, which ends TLS

my $cdn = Test::Session->new();
my $edge = port('cdn');
my $origin = $page->at(8080);

$cdn->certificate('cdn');
$cdn->write_conf(<<"EOF");
proxy_cache_path  %%TESTDIR%%/cache keys_zone=cdn:1m;

server {
    listen  127.0.0.1:$edge ssl;

    ssl_certificate      %%TESTDIR%%/cdn.crt;
    ssl_certificate_key  %%TESTDIR%%/cdn.key;

    location / {
        proxy_cache        cdn;
        proxy_cache_valid  any 1h;
        proxy_set_header   Host \$host;
        proxy_set_header   X-Forwarded-For \$http_x_real_client;
        add_header         X-Cache \$upstream_cache_status;
        proxy_pass         http://127.0.0.1:$origin;
    }
}
EOF
$cdn->run();

my ($ada, $bob, $nobody) = map {
	Test::Session::Browser->new($t, 'https://example.com',
		"example.com:443:127.0.0.1:$edge")
} 1 .. 3;

my $r = $ada->login('ada');

like($r->header('Set-Cookie'), qr/^__Host-sid=.*; *Secure/, 'a Secure cookie');
is($r->header('Cache-Control'), 'private', 'which no cache may keep');
$bob->login('bob');

for my $path ('/', '/account/') {
	$r = $ada->get($path);
	like($r->body(), qr/^X-Session-User: ada\r$/m, "$path: one's own page");
	like($r->header('Cache-Control'), qr/^private, no-/, 'says so');
	$r = $bob->get($path);
	like($r->body(), qr/^X-Session-User: bob\r$/m, "and another user's");
	is($r->header('X-Cache'), 'MISS', 'is not of the cache');
}

$r = $nobody->get('/account/');
is($r->status(), 401, 'nobody');
is($r->header('Cache-Control'), 'private, no-store', 'is not cached either');

like($ada->get('/', '-H', 'X-Real-Client: 192.0.2.7')->body(),
	qr/^X-Real-IP: 192\.0\.2\.7\r$/m, 'the address of the browser');
like($ada->get('/')->body(), qr/^X-Forwarded-Proto: https\r$/m, 'its scheme');

# what may be kept

for my $path ('/static/logo', '/news') {
	$ada->get($path);
	$r = $bob->get($path);
	is($r->header('X-Cache'), 'HIT', "$path is cached");
	like($r->header('Cache-Control'), qr/^public, max-age=\d+$/, 'as it says');
}

$page->memcached()->kill_now();
is($ada->get('/health')->status(), 204, 'healthy, without memcached');

done_testing();

###############################################################################
