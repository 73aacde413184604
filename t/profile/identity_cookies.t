#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Several good cookies of one name: the latest signed is tried first, wherever
# it stands, and what is dead shadows nothing; all are asked for at once.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;
use Test::Session::Memcached::Patient;

###############################################################################

my $i = Test::Session::Identity->new(managers => {
	map { ($_, $Test::Session::Identity::managers{$_}) }
	qw/ plain owned few / });

my $now = time();

$i->each_way(\&dead_ones);
$i->each_way(\&latest);
$i->each_way(\&changes);
at_once();

done_testing();

###############################################################################

sub joined { return join '; ', @_ }

# sessions that were logged out, whose cookies are signed so many seconds ago

sub dead {
	my ($n, $ago) = @_;

	my @cookies = map { $i->sid("/login?u=m$_") } 1 .. $n;
	$i->get('/logout', $_) for @cookies;

	return map { $i->aged($_, $ago, at => $now) } @cookies;
}

sub dead_ones {
	my ($name) = @_;

	my $victim = $i->aged($i->sid('/login?u=ada'), 100, at => $now);

	for my $ago (0, 100, 200) {
		my @dead = dead($i->has('subject') ? 2 : 7, $ago);

		for my $n (0 .. @dead) {
			my @some = @dead[0 .. $n - 1];
			my @places = (joined(@some, $victim), joined($victim, @some));

			is($i->states(@places), 'HIT:ada:: HIT:ada::',
				"$name: $n dead cookies, signed $ago s ago");
		}
	}

	is($i->state(joined(dead(20, 200), $victim)), 'HIT:ada::',
		"$name: any number of those that are older");
	is($i->state(joined(dead(20, 100), $victim)), 'HIT:ada::',
		"$name: or of the same second, before it");
}

# of two that are live

sub latest {
	my ($name) = @_;

	my ($planted, $victim) = map { $i->sid("/login?u=$_") } qw/ eve ada /;
	my $older = $i->aged($planted, 100, at => $now);
	my $newer = $i->aged($victim, 50, at => $now);

	is($i->states(joined($older, $newer), joined($newer, $older)),
		'HIT:ada:: HIT:ada::', "$name: the latest signed is used");
	is($i->states(joined($newer, $i->aged($planted, 0, at => $now)),
		joined($i->aged($planted, 0, at => $now), $newer)),
		'HIT:eve:: HIT:eve::', "$name: whichever it is");

	# browsers send what has a longer path, or was set before, first

	my @equal = map { $i->aged($_, 50, at => $now) } $planted, $victim;
	is($i->states(joined(@equal), joined(reverse @equal)),
		'HIT:ada:: HIT:eve::', "$name: of the same second the last one");

	is($i->state(joined($victim, 'sid=forged', 'sid=')), 'HIT:ada::',
		"$name: what is forged counts for nothing");

	# a browser may have it for two paths

	my @same = map { $i->aged($victim, $_, at => $now) } 50, 80, 20, 50;

	is(asked(joined(@same)), asked($same[0]),
		"$name: one session is asked for once, however often it is there");
	is($i->state(joined(@same)), 'HIT:ada::', "$name: and is found");
}

# how many commands a request with these cookies costs memcached

sub asked {
	my ($cookie) = @_;

	my $before = $i->asked();
	$i->get('/read', $cookie);

	return $i->asked() - $before;
}

# what is saved, is saved there

sub changes {
	my ($name) = @_;

	my ($planted, $victim) = map { $i->sid("/login?u=$_") } qw/ eve ada /;
	my @both = ($i->aged($planted, 100, at => $now),
		$i->aged($victim, 50, at => $now));

	$i->get('/set?a=1', joined(@both));
	is($i->states(@both), 'HIT:eve:: HIT:ada:1:', "$name: a change");

	my $new = $i->sid('/move', joined(reverse @both));
	is($i->states($both[0], $new), 'HIT:eve:: HIT:ada:1:', "$name: a new id");

	$i->get('/logout', joined($both[0], $new));
	is($i->states($both[0], $new), 'HIT:eve:: EXPIRED:::', "$name: a logout");
}

###############################################################################

# a server that answers no request before it has all of them

sub at_once {
	my $t = $i->{t};
	my $conf = $t->read_file('nginx.conf');
	my $address = $i->mc()->address();
	my %cookies;

	for my $name ($i->names()) {
		$cookies{$name} = joined(map { $i->aged($_, 10, at => $now) }
			map { $i->on($name)->sid("/login?u=u$_") } 1 .. 3);
	}

	for my $name ($i->names()) {
		my $n = $i->on($name)->has('subject') ? 6 : 3;
		my $port = port("silent $name");

		$t->run_daemon("127.0.0.1:$port", \&patient, $n);
		$t->write_file('nginx.conf', $conf
			=~ s/memcached \Q$address\E/memcached 127.0.0.1:$port/gr
			=~ s/timeout 20s/timeout 5s/gr);
		$t->reload() && $t->old_workers_gone() or die "not reloaded\n";

		is($i->state($cookies{$name}), 'EXPIRED:::',
			"$name: $n records are asked for before an answer comes");
	}
}

###############################################################################
