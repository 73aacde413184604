#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/return.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;

###############################################################################

my $page = Test::Session::Guide->new('return');

$page->application();
$page->run();

for my $uri ('/account/orders?from=1&to=2&name=%C3%BC%26', '/account/') {
	my $ada = $page->browser();
	my $r = $ada->get($uri);

	is($r->status(), 302, "$uri: redirected");
	is($r->header('Location'), 'https://example.com/login', 'to the login');

	$r = $ada->login('ada');
	is($r->header('Location'), '/welcome', 'logged in');

	$r = $ada->get('/welcome');
	is($r->status(), 303, 'and led back');
	is($r->header('Location'), "https://example.com$uri", 'to the page');

	$r = $ada->get($uri);
	like($r->body(), qr/^GET \Q$uri\E /, 'which is there');
	like($r->body(), qr/^X-Session-User: ada/m, 'for the user');

	is($ada->get('/welcome')->header('Location'), 'https://example.com/',
		'it was remembered for this time only');
}

# an argument is not percent-encoded

my $other = Test::Session::Guide->new('return', name => 'argument');
$other->run($page->blocks('nginx')
	=~ s!return +302 /login\K;!?next=\$request_uri;!r);

is($other->browser()->get('/account/orders?from=1&to=2')->header('Location'),
	'https://example.com/login?next=/account/orders?from=1&to=2',
	'as an argument of the login it would lose what follows "&"');

# no other site, and no form

for my $uri ('//evil.example/../account/', '/\\evil.example/../account/') {
	my $ada = $page->browser();

	is($ada->get($uri)->status(), 302, "$uri is guarded");
	$ada->login('ada');
	is($ada->get('/welcome')->header('Location'), 'https://example.com/',
		'and leads to no other site');
}

my $ada = $page->browser();

is($ada->post('/account/orders', a => 1)->status(), 302, 'a form');
$ada->login('ada');
is($ada->get('/welcome')->header('Location'), 'https://example.com/',
	'leads to the first page');

is($page->browser()->get('/welcome')->header('Location'),
	'https://example.com/', 'so does a login without any page');

# who has not logged in costs memcached ten minutes

my $mc = $page->memcached();
my %before = map { $_ => 1 } $mc->keys();
$page->browser()->get('/account/');
my ($key) = grep { !$before{$_} } $mc->keys();
cmp_ok($mc->mg($key)->{flags}{t}, '<=', 600, 'a robot has ten minutes');

done_testing();

###############################################################################
