#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Profile tornado: ends reach the session that goes on, logins have ids of their
# own, and no response sends the cookies of an id that was replaced.  Two nginx.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

use Test::Session::TornadoApp;

use constant COOKIE => 'a cookie secret';

my $i = Test::Session::Identity->new(relay => 1, files => { cookie => COOKIE },
	managers => { tornado => 'profile tornado; '
	. 'cookie_secret_file %%TESTDIR%%/cookie;' });

$i->each_way(\&ends);
$i->each_way(\&under_way);
$i->each_way(\&logins);
$i->each_way(\&each_command);
application();

done_testing();

###############################################################################

# the Cookie header that a browser has after a response, '' if it sets none

sub cookies {
	my ($r) = @_;

	my $jar = cookie_jar();
	$jar->absorb($r);

	return $jar->header() // '';
}

sub got { return cookies($i->get(@_)) }
sub begin { return got('/signin?u=ada', got('/set?a=1')) }

sub dead { return join(' ', ('EXPIRED:::') x $_[0]) }

# one after the other

sub ends {
	my ($name) = @_;

	for my $with (0 .. 2) {
		my @ids = (begin());
		push @ids, got('/move', $ids[-1]) for 1, 2;

		is($i->states(@ids), dead(2) . ' HIT:ada:1:',
			"$name: ids that were replaced are dead");

		$i->get('/logout', $ids[$with]);
		is($i->states(@ids), dead(3), "$name: a logout by id $with ends it");
	}

	my $id = begin();
	$i->get('/logout', $id);
	$i->get('/logout', $id);
	is($i->state($id), dead(1), "$name: twice is once");
}

# whose id is replaced, or whose session is ended, meanwhile

sub under_way {
	my ($name) = @_;

	my $old = begin();
	my $slow = $i->slow('/slow/logout', $old);
	my $new = got('/move', got('/move', $old));

	$slow->answer();
	is($i->states($old, $new), dead(2),
		"$name: a logout that new ids overtake ends the session");

	for my $uri ('set?a=2', 'move', 'moves?b=2', 'login?u=ada', 'none') {
		$old = begin();
		$slow = $i->slow("/slow/$uri", $old);
		$i->get('/logout', $old);

		my $sent = cookies($slow->answer());
		is($sent ? $i->state($sent) : '', '',
			"$name: $uri that a logout overtakes gets no cookie");
		is($i->state($old), dead(1), "$name: $uri, the session is over");
	}

	for my $uri ('set?a=2', 'move', 'none') {
		$old = begin();
		$slow = $i->slow("/slow/$uri", $old);
		$new = got('/move', $old);

		my $r = $slow->answer();
		is(cookies($r), '', "$name: $uri that a new id overtakes gets no "
			. 'cookie');
		is($i->state($new), 'HIT:ada:1:', "$name: $uri, the session goes on");
	}
}

sub logins {
	my ($name) = @_;

	for my $login ('login', 'signin') {
		my $old = got('/set?a=1');
		my @slow = map { $i->slow("/slow/$login?u=$_", $old) } qw/ ada eve /;
		my @new = map { cookies($_->answer()) } @slow;

		is(join(' ', map { (split /:/, $i->state($_))[1] } @new), 'ada eve',
			"$name: two by $login at once make two sessions");

		my $third = got("/$login?u=bob", $old);
		is(join(' ', map { (split /:/, $i->state($_))[1] } @new, $third),
			'ada eve bob', "$name: and a late one a third");
	}
}

# a logout before each command of other requests, and the other way round

sub each_command {
	my ($name) = @_;

	for my $uri ('/set?a=2', '/move', '/moves?b=2', '/logout') {
		for my $other ('/logout', '/move', '/moves?b=3') {
			next if $uri ne '/logout' && $other ne '/logout';

			my ($n, @open) = (0);

			while (1) {
				my $old = begin();
				my $moved;
				my ($r, $held) = $i->before(++$n, $uri, $old,
					sub { $moved = got($other, $old) });

				last if !$held;

				# a load that came after the end begins another session

				my @known = grep { $_ ne '' } $old, $moved, cookies($r);
				my @good = grep { $i->state($_) =~ /ada|:1:/ } @known;
				push @open, $n if @good;
			}

			cmp_ok($n, '>', 2, "$name: commands of $uri");
			is("@open", '', "$name: $other before each command of $uri");
		}
	}
}

###############################################################################

# what is left under a replaced id does an application no harm

sub application {
	my $t = $i->{t};
	my $port = port('application');

	tornado_app($t, $port, [ $i->mc()->address() ],
		cookie_secret => [ COOKIE ], secret => $t->read_file('secret'));
	$i->workers(1);
	$i->mc()->flush();

	my $jar = cookie_jar();
	http_get('/login?user=ada', port => $port, jar => $jar);

	my $old = $jar->header();
	my $new = got('/move', $old);
	my ($dump, $none) = map { http_get('/app/dump', port => $port,
		cookie => $_) } $new, $old;

	is($dump->body(), '{"user_name": "ada"}', 'an application finds a new id');
	is($none->status(), 200, 'it serves one who comes with the old');
	is($none->body(), '{}', 'and finds no session there');

	$i->get('/logout', $old);
	is(http_get('/app/dump', port => $port, cookie => $new)->body(), '{}',
		'a logout by the old id is one for the application');
}

###############################################################################
