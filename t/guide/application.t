#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/application.py, by the commands of docs/guide/README.md: people log
# in on each page of the guide that has no application of its own.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;
use Test::Session::Tree qw/ root text /;
use Test::Session::Try;

###############################################################################

my @commands = text('docs/guide/README.md')
	=~ /`python3 (application\.py [^`]+)`/g;

is(scalar @commands, 2, 'two commands');

# the second one leads to another page, and is another application here

my %page = map { $_ => Test::Session::Guide->new($_, name => $_) }
	qw/ login role return csrf logout upgrade websocket api several memcached /;

$page{return}{conf} = $page{return}->blocks('nginx') =~ s/:8000/:8002/gr;

for my $n (0, 1) {
	my $port = $page{login}->at('127.0.0.1:' . ($n ? 8002 : 8000));
	my @words = split / /, $commands[$n] =~ s/\b8000\b/$port/r;

	$page{login}->t()->run_daemon("127.0.0.1:$port", sub {
		open STDERR, '>', '/dev/null';
		chdir root() . '/docs/guide' or die "docs/guide: $!\n";
		exec 'python3', @words or die "python3: $!\n";
	});
}

for my $name (sort keys %page) {
	my $page = $page{$name};
	my $ada = $page->run($page->{conf})->browser();

	my $r = $ada->get('/login');
	like($r->body(), qr/Hello stranger! This is \/login\n<form /, "$name: a form");

	my @token = token_of($r);

	is($ada->post('/login', user => 'ada', password => 'wrong', @token)
		->status(), 422, "$name: a wrong password");

	$r = $ada->login('ada', @token);
	is($r->header('Location'), $name eq 'return' ? '/welcome' : '/',
		"$name: a login");
	like($r->header('Set-Cookie'), qr/^__Host-sid=/, "$name: the cookie");

	$r = $ada->get('/account/');
	like($r->body(), qr/Hello ada! This is \/account\//, "$name: the account");

	# the page's buttons: another user by the form, then nobody

	is($ada->login('bob', token_of($ada->get('/login')))->status(), 303,
		"$name: another login");

	$r = $ada->get('/account/');
	like($r->body(), qr/Hello bob!.*action="\/logout"/s, "$name: a button");

	$ada->get('/logout');
	is($ada->get('/account/')->status(), 200, "$name: a GET ends nothing");
	$ada->post('/logout', token_of($r));
	like($ada->get('/')->body(), qr/Hello stranger!/, "$name: logged out");
}

tried($page{$_}) for qw/ login role return csrf logout api /;

# a page without a token has no form that nginx would refuse

my $guest = $page{csrf}->browser();

unlike($guest->get('/')->body(), qr/<form/, 'no token and no form');
like($guest->get('/')->body(), qr/<a href="\/login">/, 'but the way to one');
like($guest->get('/login')->body(), qr/csrf_token" value="[\w-]+"/, 'a form');

# what single pages ask for

my $bob = $page{csrf}->browser();

$bob->login('bob', token_of($bob->get('/login')));

$page{csrf}->t()->write_file('photo', 'x' x 100_000);

my @photo = ('-F', 'photo=@' . $page{csrf}->t()->testdir() . '/photo');
my @field = ('-F', join '=', token_of($bob->get('/account/')));

like($bob->get('/account/photo', @field, @photo)->body(), qr/^Hello bob!/,
	'an upload');
is($bob->get('/account/photo', @photo, @field)->status(), 403,
	'with the token behind it');

my %who = map { $_ => $page{role}->browser() } qw/ ada bob root /;

$who{$_}->login($_) for keys %who;

is(join(' ', map { $who{$_}->get('/admin/')->status() } sort keys %who),
	'200 403 200', 'roles');
is($who{root}->get('/admin/users/')->status(), 200, 'the administrator');

my $ada = $page{logout}->browser();

$ada->login('ada');
like($ada->get('/account/password')->body(),
	qr!action="/account/password".*action="/logout-everywhere"!s, 'two forms');
is($ada->post('/account/password')->header('Location'), '/login',
	'a new password');
is($ada->get('/account/')->status(), 401, 'logs out');

done_testing();

###############################################################################

# the field of a form that has the token

sub token_of {
	return $_[0]->body() =~ /name="(csrf_token)" value="([^"]*)"/;
}

###############################################################################
