package Test::Session::Site;

# Copyright (C) the ngx_http_session_module authors

# The small site that each page of docs/guide on a framework has, as a browser
# sees it: a login with a form, a counter, and a logout.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::More;

use Test::Session;
use Test::Session::Try;

our @EXPORT = qw/ site_works /;

###############################################################################

sub site_works {
	my ($page) = @_;

	logs_in($page->browser(), $_) for 'ada', "J\xc3\xbcrgen";
	tries($page);
	keeps_secrets($page);
	refuses($page->browser());
	counts($page->browser());
}

# the token that is in a page's form

sub token {
	my ($browser, $path) = @_;

	my $body = $browser->get($path)->body();

	return $body =~ /name="csrf_token" value="([\w-]{40,})"/ ? $1 : 'no token';
}

sub log_in {
	my ($browser, $user) = @_;

	return $browser->login($user, csrf_token => token($browser, '/login'));
}

sub logs_in {
	my ($browser, $user) = @_;

	like($browser->get('/')->body(), qr/^Hello stranger\n\z/, "$user, before");

	my $r = $browser->get('/account');
	is($r->status(), 302, 'the account leads to');
	is($r->header('Location'), 'https://example.com/login', 'the login');

	$r = log_in($browser, $user);
	is($r->status(), 303, 'the right password');
	like($r->header('Set-Cookie'), qr/^__Host-sid=/, 'the cookie');
	is(scalar grep({ /^X-Session-/i } $r->headers()), 0, 'lines are removed');
	like($r->header('Location'), qr!^(?:https://example.com)?/account$!,
		'and leads to the account');

	$r = $browser->get('/account');
	like($r->body(), qr/^$user, visit 1\b/, 'is there');
	like(join(', ', $r->header('Cache-Control')), qr/no-store/,
		'with a form for nobody else');
	like($browser->get('/account')->body(), qr/^$user, visit 2\b/, 'again');
	like($browser->get('/')->body(), qr/^Hello $user$/m, 'everywhere');

	is($browser->get('/logout')->status(), 405, 'a link ends nothing');
	is($browser->post('/logout')->status(), 403, 'a logout needs a token');
	is($browser->post('/logout', csrf_token => token($browser, '/account'))
		->status(), 303, 'by the form');
	is($browser->get('/account')->status(), 302, 'logged out');
}

# the page's commands

sub tries {
	my ($page) = @_;

	my ($commands) = grep { /csrf_token/ } $page->blocks('sh');

	for my $time ('first', 'second') {
		my ($prints, $mistakes) = typed($page, $commands);

		like($prints, qr/^303\nada, visit 1\b/, "the page's commands, $time");
		is($mistakes, '', 'without a mistake');
	}
}

# what programs log, in which passwords of forms have no place

sub keeps_secrets {
	my ($page) = @_;

	for my $log (glob $page->t()->testdir() . '/*.log') {
		my ($name) = $log =~ /([^\/]+)$/;

		unlike($page->t()->read_file($name), qr/\b(?:right|wrong)\b/,
			"$name has no password");
	}
}

sub refuses {
	my ($browser) = @_;

	is($browser->login('ada')->status(), 403, 'a login without a token');

	for my $case ([ 'ada', 'wrong' ], [ 'ada', '' ], [ 'eve', '' ]) {
		my ($user, $password) = @$case;

		my $r = $browser->post('/login', user => $user,
			password => $password, csrf_token => token($browser, '/login'));
		is($r->status(), 422, "$user with the password '$password'");
		is($r->header('Set-Cookie'), undef, 'is not logged in');
		like(join(', ', $r->header('Cache-Control')), qr/no-store/,
			'no cache has the form');
	}

	# Express 5 gives it no "req.body"

	is($browser->get('/login', '-X', 'POST', '-H', 'X-CSRF-Token: '
		. token($browser, '/login'))->status(), 422, 'a login without a form');

	is($browser->post('/account', csrf_token => token($browser, '/login'))
		->status(), 302, 'a form to the account leads to the login, too');
	unlike($browser->get('/', '-H', 'X-Session-User: eve')->body(), qr/eve/,
		"a client's own header");
}

# of requests at the same time each one counts

sub counts {
	my ($browser) = @_;

	log_in($browser, 'ada');

	my $urls = join ',', map { "account?$_" } 1 .. 8;

	$browser->get("/{$urls}", '--parallel',
		'--no-progress-meter', '-o', '/dev/null');
	like($browser->get('/account')->body(), qr/^ada, visit 9\b/,
		'eight visits at the same time');
}

###############################################################################

1;

###############################################################################
