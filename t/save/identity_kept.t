#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# No change that was said to be saved is lost, whatever happens between any two
# commands (rules 2 and 3), and no session is listed that has ended.  Two
# nginx.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

my $i = Test::Session::Identity->new(relay => 1);

my $b = '/other?b=9';

for my $name ($i->names()) {
	$i->on($name);

	change_at_each_command($name, $_) for qw! /set?a=2 /move !,
		$i->has('subject') ? qw! /login?u=ada /user?u=eve /nobody ! : ();
	change_before_each_command($name, $_) for qw! /move /set?a=2 !,
		$i->has('subject') ? qw! /login?u=ada /user?u=eve /nobody ! : ();
	logins_at_each_command($name);
	lists($name) if $i->has('max_sessions');
}

done_testing();

###############################################################################

sub begin {
	$i->mc()->flush();

	return $i->sid('/login?u=ada', $i->sid('/set?a=1'));
}

# says that it is saved: in the session that the newest cookie opens, unless the
# subject changed

sub check {
	my ($lost, $n, $uri, $r, $newest) = @_;

	my $saved = $i->saved($r);
	my $state = $i->state($newest);
	my $left = $uri =~ /eve|nobody/;

	push @$lost, "$n: $saved, $state" if $saved =~ /^saved/ && $state !~ /:9$/
		&& !$left;
	push @$lost, "$n: $saved, $state" if $saved !~ /^saved/ && $state =~ /:9$/;
	push @$lost, "$n: $state of another" if $left && $state =~ /[19]/;

	# without a change of the subject, and within the grace, nothing is refused

	push @$lost, "$n: $saved" if $saved !~ /^saved/ && !$left
		&& !$i->has('grace 0');
}

# the change itself comes slowly

sub change_at_each_command {
	my ($name, $uri) = @_;

	for my $times (1, 2) {
		my ($n, @lost) = (0);

		while (1) {
			my $old = begin();
			my $newest = $old;
			my ($r, $held) = $i->before(++$n, $b, $old, sub {
				$newest = $i->sid($uri, $newest) || $newest for 1 .. $times;
			});

			last if !$held;

			# a load that came later may have begun another session

			next if $i->sent($r);
			check(\@lost, $n, $uri, $r, $newest);
		}

		is("@lost", '', "$name: $uri, $times, before each command of a change");
	}
}

# what happens meanwhile comes slowly

sub change_before_each_command {
	my ($name, $uri) = @_;

	my ($n, @lost) = (0);

	while (1) {
		my $old = begin();
		my $change;
		my ($r, $held) = $i->before(++$n, $uri, $old, sub {
			$change = $i->get($b, $old);
		});

		last if !$held;
		next if $i->sent($change);

		check(\@lost, $n, $uri, $change, $i->sent($r) || $old);
	}

	is("@lost", '', "$name: a change before each command of $uri");
}

# two logins, of which one comes slowly: both are good, each its own

sub logins_at_each_command {
	my ($name) = @_;

	for my $case ([ 'ada', 'eve' ], [ 'ada', 'ada' ]) {
		my ($slow, $fast) = @$case;
		my ($n, @bad) = (0);

		while (1) {
			my ($other, $held, $r);

			$i->mc()->flush();

			my $old = $i->sid('/set?a=1');

			($r, $held) = $i->before(++$n, "/login?u=$slow", $old,
				sub { $other = $i->sid("/login?u=$fast", $old) });

			last if !$held;

			my $states = $i->states($i->sent($r), $other);
			push @bad, "$n: $states" if $states !~ /^HIT:$slow:1?: HIT:$fast:1?:$/;
		}

		is("@bad", '', "$name: a login of $fast before each command of $slow\'s");
	}
}

# the subject's record lists no id of a session that has ended

sub lists {
	my ($name) = @_;

	for my $end ('/logout', '/user?u=eve', '/nobody') {
		my @ids = (begin());
		push @ids, $i->sid('/move', $ids[-1]) for 1, 2;
		my $other = $i->sid('/login?u=ada');

		$i->get($end, $ids[$end eq '/logout' ? 0 : 2]);

		my ($list) = grep { /\Q${\name($other)}\E/ } map { $i->mc()->get($_) }
			grep { /:~/ } $i->mc()->keys();

		is(join(' ', grep { $list =~ /\Q${\name($_)}\E/ } @ids), '',
			"$name: $end leaves no id listed");
	}
}

sub name { return $i->key($_[0]) =~ s/^.*://r }

###############################################################################
