#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/logout.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;

###############################################################################

my $page = Test::Session::Guide->new('logout');
my $t = $page->t();

$page->application('127.0.0.1:8000', sub {
	return $page->blocks('text') if $_[0] =~ m!^POST /account/password !;
});
$page->run();

my @ada = map { $page->browser() } 1 .. 6;
my $bob = $page->browser();

$bob->login('bob');
$_->login('ada') for @ada[0 .. 4];

is(states(@ada), '200 200 200 200 200 401', 'five browsers');
$ada[5]->login('ada');
is(states(@ada), '401 200 200 200 200 200', 'the sixth ends the oldest one');

# of one browser

my $r = $ada[1]->post('/logout');
is($r->status(), 303, 'logged out');
is($r->header('Clear-Site-Data'), '"cache", "storage"', 'the browser forgets');
is(states(@ada), '401 401 200 200 200 200', 'one of them');

# of all

is(join(' ', map { $ada[2]->get($_)->status() } qw! /logout /logout-everywhere !),
	'405 405', 'GET');
is(states(@ada), '401 401 200 200 200 200', 'ends nothing');
is($ada[2]->post('/logout-everywhere')->status(), 303, 'POST');
is(states(@ada), '401 401 401 401 401 401', 'ends all');
is(states($bob), '200', "and nothing of another user's");

# the application says when

$_->login('ada') for @ada[0 .. 1];
$r = $ada[0]->post('/account/password', new => 'x');
is($r->header('Location'), '/login', 'a new password');
is($r->header('X-Session-Revoke'), undef, 'the line is removed');
is(states(@ada[0 .. 1]), '401 401', 'ends all');

$ada[0]->login('ada');
is(states(@ada[0 .. 1]), '200 401', 'a login is possible');

# an administrator, by the page's two commands

$ada[1]->login('ada');
is(states(@ada[0, 1], $bob), '200 200 200', 'users are logged in');

my ($begin, $end) = $page->blocks('sh') =~ /^(cookie=.*)\n(curl .*)\n\z/;
my $answers = commands('ada');

is($answers, "HTTP/1.1 204 No Content\n", 'all sessions of another user');
is(states(@ada[0, 1], $bob), '401 401 200', 'have ended, and no others');
is(commands(''), "HTTP/1.1 403 Forbidden\n", 'without a user nothing ends');
is($bob->get('/begin', '-H', 'X-User: ada')->header('Set-Cookie'), undef,
	'the public server does not do it');

$ada[0]->login('ada');
is(states(@ada[0, 1]), '200 401', 'who may log in again');

# what can go wrong

my $mc = $page->memcached();

$mc->delete($_) for grep { /~/ } $mc->keys();

my $other = Test::Session::Guide->new('logout', name => 'lost=error');
$other->run($page->blocks('nginx') =~ s/lost=login/lost=error/r);

my $there = $bob->moved($other->browser());
is(states($there), '503', 'the record of the user is lost, lost=error');
is($there->login('bob')->status(), 503, 'not even a login');

my $passes = Test::Session::Guide->new('logout', name => 'pass');
$passes->run($page->blocks('nginx') =~ s/lost=login/lost=error/r
	=~ s/location = \/login \{.*?\K +session_on_error +deny;\n//sr);

$there = $bob->moved($passes->browser());
is(states($there), '503', 'lost=error without session_on_error at the login');
is($there->login('bob')->status(), 303, 'a login');
is(states($there), '200', 'is one');
$mc->delete($_) for grep { /~/ } $mc->keys();

is(states($bob), '401', 'lost=login');
$bob->login('bob');
is(states($bob), '200', 'until the user logs in again');

$mc->kill_now();
is($bob->post('/logout')->status(), 503, 'memcached is down: no logout');
is($bob->post('/logout-everywhere')->status(), 503, 'nor everywhere');

done_testing();

###############################################################################

# the first line of the answer to the page's commands, for this user

sub commands {
	my ($user) = @_;

	my $port = $page->at('8081');
	my $text = "$begin\n$end\n" =~ s/\b8081\b/$port/gr =~ s/bob/$user/r;

	open my $out, '-|', '/bin/sh', '-c', $text or die "sh: $!\n";

	return scalar(<$out>) =~ s/\r//r;
}

# how their accounts are answered

sub states {
	return join ' ', map { $_->get('/account/')->status() } @_;
}

###############################################################################
