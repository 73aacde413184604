#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The demo in a real browser: its buttons, its WebSocket, both themes, and a
# phone.  What it looks like is in PNG files of the test's directory, which
# TEST_NGINX_LEAVE=1 keeps.

###############################################################################

use warnings;
use strict;
use utf8;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Chromium;
use Test::Session::Demo;

###############################################################################

plan(skip_all => 'chromium is not packaged for this machine')
	if !Test::Session::Chromium::is_there();

use constant { DARK => 'rgb(18, 22, 20)', LIGHT => 'rgb(244, 245, 242)' };

my $t = Test::Session->new();
my $demo = Test::Session::Demo->start($t);
my $chromium = Test::Session::Chromium->new($t, port(0));

ok($demo->ready(), 'demo is ready') or diag($demo->output());

my $url = $demo->url();
my $desk = $chromium->open_window(1280, 900);
my $phone = $chromium->open_window(390, 844);

# both themes: as the browser likes it, and as the user chooses

$desk->visit("$url/");

for my $scheme (qw/ dark light /) {
	$desk->prefers($scheme);
	is(ground($desk), $scheme eq 'dark' ? DARK : LIGHT, "as is liked: $scheme");
	$desk->screenshot("home-$scheme");
}

$desk->click('button', 'Dark');
ok($desk->says('button[aria-pressed]', qr/^Dark$/), 'dark is chosen');
is(ground($desk), DARK, 'dark against what is liked');

# login, and the lines beside the buttons

$desk->type('input[name=name]', 'Zoë & Co');
$desk->click('button', 'Log in');
ok($desk->says('h1', qr/^Hello, Zoë & Co$/), 'logged in');
is(ground($desk), DARK, 'the theme is kept');
like($desk->text('#counter pre'), qr/session_accept +X-Session- keys=counter;/,
	'the lines that count');
like($desk->text('#logout'), qr/session_revoke_all .*subject|subject.*revoke_all/s,
	'those that end');

# no count is lost

$desk->click('#counter button', '20 at once');
ok($desk->says('#counter output', qr/^20$/), 'twenty counts at once');
$desk->click('#counter button', 'Count one up');
ok($desk->says('#counter output', qr/^21$/), 'and one more');

# roles

$desk->click('a', 'The guarded area');
ok($desk->says('main', qr/Welcome, Zoë & Co/), 'guarded area');
$desk->visit("$url/");
$desk->click('a', 'For editors');
ok($desk->says('h1', qr/^This is for editors$/), 'no role');
$desk->screenshot('no-role');

# CSRF

$desk->visit("$url/");
$desk->click('#order button', 'Order one');
ok($desk->says('#order output', qr/^1$/), 'an order');
$desk->click('#order button', 'Without the token');
ok($desk->says('main', qr/session_csrf says: no token/), 'refused without token');

# a session in another browser, whose WebSocket dies as all sessions end

$phone->visit("$url/");
$phone->prefers('light');
$phone->type('input[name=name]', 'Zoë & Co');
$phone->click('button', 'Log in');
ok($phone->says('#socket', qr/^open$/), 'a WebSocket on the phone');
is($phone->value('return document.documentElement.scrollWidth'), 390,
	'the page is as wide as the phone');
$phone->screenshot('phone');

$desk->visit("$url/");
ok($desk->says('#socket', qr/^open$/), 'and one on the desk');
$desk->screenshot('desk-dark');
is(join(', ', grep { !/ 403 / } $desk->complaints()), '', 'no complaints');
$desk->click('#logout button', 'Log out everywhere');
ok($desk->says('h1', qr/^Who are you\?$/), 'logged out');
ok($phone->says('#socket', qr/^closed: the session has ended$/),
	'the phone, too, at once');
$phone->visit("$url/account/");
ok($phone->says('h1', qr/^Please log in first$/), 'and so it stays');

# others

$desk->visit("$url/nothing");
ok($desk->says('h1', qr/^There is no such page$/), 'a page of its own for 404');
$desk->click('a', 'nginx.conf');
ok($desk->says('body', qr/session_manager app \{/), 'the running nginx.conf');

$_->quit() for $desk, $phone;

my ($status, $left) = $demo->stop('INT');
is($status . $left, '0', 'ended by SIGINT');

done_testing();

###############################################################################

sub ground {
	my ($window) = @_;

	return $window->value('return getComputedStyle(document.body)'
		. '.backgroundColor');
}

###############################################################################
