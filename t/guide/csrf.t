#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/csrf.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;

###############################################################################

my $page = Test::Session::Guide->new('csrf');
my $t = $page->t();

# the application saves what it is told, in its own words

$page->application('127.0.0.1:8000', sub {
	my ($head, $body) = @_;

	return "HTTP/1.1 200 OK\n\ngot " . length($body) . "\n"
		if $head =~ m!^POST /(?:account|webhook)/!;
});

$page->t()->write_file('srv/www/contact.html', $page->blocks('html'));
$page->run();

my $ada = $page->browser();

is($ada->login('ada')->status(), 403, 'a login without a token');

my $form = token($ada, '/login');

is($ada->login('ada', csrf_token => $form)->status(), 303, 'with it');
is($ada->post('/account/name', name => 'Ada', csrf_token => $form)->status(),
	403, 'that of before the login is not good any more');

my $token = token($ada, '/account/');

is($ada->post('/account/name', name => 'Ada')->status(), 403, 'no token');
like($ada->post('/account/name', name => 'Ada', csrf_token => $token)->body(),
	qr/^got/, 'in the form');
like($ada->get('/account/name', '-H', "X-CSRF-Token: $token", '-d', '{}')
	->body(), qr/^got 2/, 'by a script');
is($ada->with('-H', 'Sec-Fetch-Site: cross-site')->post('/account/name',
	csrf_token => $token)->status(), 403, 'from another site');

my $eve = $page->browser();
$eve->login('eve', csrf_token => token($eve, '/login'));
is($ada->post('/account/name', csrf_token => token($eve, '/account/'))
	->status(), 403, "another user's token");

like($ada->get($_)->header('Cache-Control'), qr/no-store/, "$_: not cached")
	for qw! /login /account/ !;

# uploads

my $photo = $t->write_file('photo', 'p' x 1_000_000);
my @field = ('-F', "csrf_token=$token");
my @file = ('-F', "photo=\@$photo");

like($ada->get('/account/photo', @field, @file)->body(), qr/^got 1000\d{3}$/,
	'an upload');
is($ada->get('/account/photo', @file, @field)->status(), 403,
	'whose token is behind the file');
like($ada->get('/account/photo', @file, '-H', "X-CSRF-Token: $token")->body(),
	qr/^got 1000\d{3}$/, 'or in the header');

# files and scripts

for my $path ('/contact.html', '/csrf') {
	my $bob = $page->browser();
	my $r = $bob->get($path);
	my ($in) = $r->body() =~ /^(\S{40,})$|value="([^"]+)"/ ? $1 // $2 : '';

	is($r->header('Cache-Control'), 'private, no-store', "$path: not cached");
	is($bob->login('bob', csrf_token => $in)->status(), 303, "$path: a token");
}

is($page->browser()->get('/')->header('Set-Cookie'), undef,
	'without a form there is no session');
like($page->browser()->post('/webhook/a', a => 1)->body(), qr/^got/,
	'a webhook');

is($ada->get('/logout')->status(), 405, 'GET /logout');
is($ada->get('/account/')->status(), 200, 'ends nothing');
is($ada->post('/logout')->status(), 403, 'a logout without a token');
is($ada->post('/logout', csrf_token => $token)->status(), 303, 'with it');
is($ada->get('/account/')->status(), 401, 'is one');

done_testing();

###############################################################################

# what the application is given for its forms

sub token {
	my ($browser, $path) = @_;

	return $browser->get($path)->body() =~ /^X-CSRF-Token: (\S+)\r$/m && $1;
}

###############################################################################
