#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/several.md

###############################################################################

use warnings;
use strict;

use File::Path qw/ make_path /;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;

###############################################################################

my @pages = map { Test::Session::Guide->new('several', name => $_) } 'A', 'B';
my $both = $pages[0]->blocks('nginx');

# what the steps of the page's table write

my ($new, $old) = $both =~ /^( +secret_file .*\n)( +secret_file .*\n)/m;
my $rest = $both =~ s/^ +secret_file .*\n//mgr;

my %step = (before => $old, 1 => $old . $new, 2 => $new . $old, 3 => $new);

secrets_made();
$pages[0]->application();
$_->run(written('before')) for @pages;

my @browsers = map { $_->browser() } @pages;

$browsers[$_]->login("user$_") for 0, 1;
is(states(@browsers), '200 200', 'before: A and B know the sessions');

# A does each step first; somebody logs in where a step has just been done

for my $step (1 .. 3) {

	# after step 2, all have logged in anew; one of them without a logout

	renewed() if $step == 3;

	for my $n (0, 1) {
		ok(reloaded($pages[$n], $step), "step $step at " . ('A', 'B')[$n]);
		push @browsers, $pages[$n]->browser();
		$browsers[-1]->login("user$#browsers");
		is(states(@browsers), expected($step, $n),
			'nobody is logged out, and who logs in is known to both');
	}
}

# revocation while two secrets are in use

reloaded($_, 'before') for @pages;

my @ada = map { $pages[0]->browser() } 1 .. 3;

$ada[0]->login('ada');
reloaded($_, 1) for @pages;
reloaded($_, 2) for @pages;
$_->login('ada') for @ada[1, 2];
is(states(@ada), '200 200 200', 'a user, by two secrets');
is($ada[1]->get('/logout-everywhere')->status(), 405, 'a GET');
is(states(@ada), '200 200 200', 'ends nothing');
$ada[1]->post('/logout-everywhere');
is(states(@ada), '401 401 401', 'revoked, all of them');

# what can go wrong: the new one first at once

reloaded($_, 'before') for @pages;
reloaded($pages[0], 2);

my $eve = $pages[0]->browser();
$eve->login('eve');
is(states($eve), '200 401', 'the new secret at A only: B does not know it');

# a secret in wrong hands: the new one alone, at once

reloaded($_, 'before') for @pages;

my $bob = $pages[0]->browser();

$bob->login('bob');
reloaded($_, 3) for @pages;
is(states($bob), '401', 'all sessions are over');
$bob->login('bob');
is(states($bob), '200', 'and begin anew');

# one of the memcached servers is down: each user's record is on one of them

my @users = map { $pages[0]->browser() } 1 .. 40;
my @anew = map { $pages[0]->browser() } @users;

$users[$_]->login("user$_") for 0 .. $#users;
$pages[0]->memcached('10.0.0.12:11211')->kill_now();

is(seen(map { $_->get('/account/') } @users), '200 503',
	'some sessions cannot be used');
is(seen(map { $anew[$_]->login("user$_") } 0 .. $#anew), '303 503',
	'and some users cannot log in');

done_testing();

###############################################################################

# by the page's commands; copied to B

sub secrets_made {
	my $dir = $pages[0]->t()->testdir() . '/etc/nginx';
	my ($make) = grep { /openssl/ } $pages[0]->blocks('sh');

	make_path($dir);
	is(system('sh', '-ec', $make =~ s/\bsudo //gr =~ s!/etc/nginx!$dir!gr), 0,
		'secrets are made');

	for my $path (map { "/etc/nginx/session-$_.key" } 2026, 2027) {
		$pages[1]->secret($path, $pages[0]->t()->read_file(substr $path, 1));
	}
}

sub written {
	my ($step) = @_;

	return $rest =~ s/session_manager app \{\n\K/$step{$step}/r;
}

sub reloaded {
	my ($page, $step) = @_;

	$page->write(written($step));

	return $page->t()->reload() && $page->t()->old_workers_gone();
}

# each browser at A and at B

sub states {
	return join ' ', map {
		my $browser = $_;
		my @status = map { $browser->moved($_->browser())
			->get('/account/')->status() } @pages;
		$status[0] == $status[1] ? $status[0] : "@status";
	} @_;
}

# statuses of responses

sub seen {
	my %seen = map { $_->status() => 1 } @_;

	return join ' ', sort keys %seen;
}

# who logged in again without a logout is bound to the secret of before

sub expected {
	my ($step, $n) = @_;

	my $first = $step < 3 ? '200' : ('401 200', '401')[$n];

	return join ' ', $first, map { 200 } 1 .. $#browsers;
}

sub renewed {
	$browsers[0]->login('user0');

	for my $n (1 .. $#browsers) {
		$browsers[$n]->post('/logout-everywhere');
		$browsers[$n]->login("user$n");
	}
}

###############################################################################
