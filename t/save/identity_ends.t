#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A session ends before each single command of a request, from the first to the
# last: what was ended stays so, whatever was under way (rule 5).  Two nginx.

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

my @requests = qw! /set?a=2 /move /moves?b=2 /login?u=ada /user?u=eve /nobody
	/clear?u=ada !;

for my $name ($i->names()) {
	$i->on($name);

	ends($name, $_, '/logout') for @requests;
	two_logouts($name);
	logout_and_move($name);

	next if !$i->has('subject');

	ends($name, $_, '/end') for @requests;
	ends($name, $_, 'elsewhere') for @requests;
	ends($name, $_, 'pushed out') for $i->has('max_sessions') ? @requests : ();
}

done_testing();

###############################################################################

# all cookies of the session, dead once its end was acknowledged; a request
# whose load came later begins another one

sub ends {
	my ($name, $uri, $end) = @_;

	my ($n, @alive, @dead) = (0);

	while (1) {
		my ($cookie, $other) = begin($end);
		my ($r, $held) = $i->before(++$n, $uri, $cookie, sub {
			end_it($end, $cookie, $other);
		});

		last if !$held;

		my $new = $i->sent($r);
		my $state = $new ne '' ? $i->state($new) : '';

		# neither what there was is in a session, nor is anybody logged in

		my $open = $i->state($cookie) =~ /^HIT/ || $state =~ /^HIT/;

		my ($loaded, $confirmed) = concerned($cookie, $uri, $end);
		$open = 0 if $n <= $loaded && $state !~ /:1:/;
		$open = 0 if $n > left($uri, $end) && $state =~ /^HIT:(?:eve)?::/;

		push @alive, $n if $open;
		push @dead, $n if $state =~ /^EXP/ && $n <= $confirmed;
	}

	cmp_ok($n, '>', 2, "$name, $uri: commands");
	is("@alive", '', "$name, $uri: no cookie opens it after $end");
	is("@dead", '', "$name, $uri: no dead cookie is sent after $end");
}

# The commands of the request that concern what this end changes, its own
# record or its subject's: the last of the first ones, and the last one of all.
# What ends after that is not seen.

sub concerned {
	my ($cookie, $uri, $end) = @_;

	my @record = $i->at(qr/ \Q${\$i->key($cookie)}\E /);
	my ($subject) = map { /^mg (\S+:~\S+)/ ? $1 : () } $i->commands();
	my @subject = defined $subject ? $i->at(qr/ \Q$subject\E /) : ();
	my $own = $end =~ m!^/!;
	my $both = $end eq '/end' || ($own && $i->has('max_sessions'));
	my @first = sort { $a <=> $b } $both ? ($record[0], $subject[0])
		: $own ? $record[0] : $subject[0];

	# whoever leaves a subject, has nothing to do with it at the end

	$both = 0 if $uri =~ /eve|nobody/;

	my @last = sort { $a <=> $b } $both ? ($record[-1], $subject[-1])
		: $own ? $record[-1] : $subject[-1];

	return ($first[-1], $last[-1]);
}

# whoever leaves a subject has to ask once more after the load whether it is good,
# and is in a session of its own after that; the command that asks

sub left {
	my ($uri, $end) = @_;

	return 99 if $uri !~ /eve|nobody/ || $end =~ m!^/!;

	my ($subject) = map { /^mg (\S+:~\S+)/ ? $1 : () } $i->commands();
	my @asked = $i->at(qr/^mg \Q$subject\E /);

	return @asked > 1 ? $asked[1] : 99;
}

sub begin {
	my ($end) = @_;

	$i->mc()->flush();

	my $cookie = $i->sid('/login?u=ada', $i->sid('/set?a=1'));
	my $other = $end =~ m!^/! ? '' : $i->sid('/login?u=ada');

	return ($cookie, $other);
}

sub end_it {
	my ($end, $cookie, $other) = @_;

	if ($end eq 'pushed out') {
		$i->sid('/login?u=ada') for 1 .. 3;
		return;
	}

	$i->get($end eq 'elsewhere' ? '/end' : $end, $other || $cookie);
}

###############################################################################

# the second one is acknowledged: there is nothing to be opened

sub two_logouts {
	my ($name) = @_;

	for my $ids (1, 2) {
		my ($n, $alive) = (0, 0);

		while (1) {
			my ($cookie) = begin('');
			my $new = $cookie;

			$new = $i->sid('/move', $new) for 1 .. $ids;

			my ($state, $held);
			(undef, $held) = $i->before(++$n, '/logout', $cookie, sub {
				$i->get('/logout', $cookie);
				$state = $i->states($cookie, $new);
			});

			last if !$held;
			$alive++ if $state =~ /HIT/;
		}

		cmp_ok($n, '>', 1, "$name: two logouts, $ids ids on");
		is($alive, 0, "$name: the second is not acknowledged before the end");
	}
}

# a logout, between whose commands the session gets new ids

sub logout_and_move {
	my ($name) = @_;

	for my $ids (1, 2) {
		my ($n, $alive) = (0, 0);

		while (1) {
			my ($cookie) = begin('');
			my @known = ($cookie);

			my (undef, $held) = $i->before(++$n, '/logout', $cookie, sub {
				for (1 .. $ids) {
					my $new = $i->sid('/move', $known[-1]);
					push @known, $new if $new;
				}
			});

			last if !$held;
			$alive++ if $i->states(@known) =~ /HIT/;
		}

		is($alive, 0, "$name: a logout that $ids ids overtake is an end");
	}
}

###############################################################################
