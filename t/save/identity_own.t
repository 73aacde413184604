#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A login under an id that was replaced, while the session that goes on ends
# before each of its commands: what the store confirmed before the end is a
# session of its own, what it did not is none (rules 1 and 5).  Two nginx.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

my $i = Test::Session::Identity->new(relay => 1, managers => {
	plain => 'regenerate_grace 60s;',
	owned => 'subject user; regenerate_grace 60s;',
	few   => 'subject user; max_sessions 4; regenerate_grace 60s;' });

for my $name ($i->names()) {
	$i->on($name);

	for my $user (qw/ ada eve /) {
		for my $ids (1, 2) {
			ended($name, $user, $ids, '/logout');
			next if !$i->has('subject');

			ended($name, $user, $ids, 'elsewhere');
			ended($name, $user, $ids, '/user?u=bob');
		}
	}

	mere($name);
}

done_testing();

###############################################################################

# the ids of a session that has got so many new ones, and another session

sub begin {
	my ($ids) = @_;

	$i->mc()->flush();

	my @ids = ($i->sid('/login?u=ada', $i->sid('/set?a=1')));
	push @ids, $i->sid('/move', $ids[-1]) for 1 .. $ids;

	return (\@ids, $i->sid('/login?u=ada'));
}

sub ended {
	my ($name, $user, $ids, $end) = @_;

	my ($n, @open, @dead) = (0);

	while (1) {
		my ($chain, $other) = begin($ids);
		my $last = $chain->[-1];
		my ($r, $held) = $i->before(++$n, "/login?u=$user", $chain->[0], sub {
			$i->get($end eq 'elsewhere' ? '/end' : $end,
				$end eq 'elsewhere' ? $other : $last);
		});

		last if !$held;

		my $new = $i->sent($r);
		my $state = $new ? $i->state($new) : '';
		my ($loaded, $confirmed) = concerned($last, $user, $end);

		# one that finds no session begins one, without data

		if ($n <= $loaded) {
			push @open, "$n: $state" if $state =~ /:1:/;

		} elsif ($n <= $confirmed && ($user eq 'ada' || $end eq '/logout')) {
			push @open, "$n: $state" if $state ne '';

		} elsif ($n > $confirmed) {
			push @dead, "$n: $state" if $state !~ /^HIT:$user:/;
		}

		push @open, "$n: an old id" if $i->states(@$chain) =~ /HIT/;
	}

	cmp_ok($n, '>', 4, "$name: commands of a login");
	is("@open", '', "$name: $user, $ids ids on: no login goes on after $end");
	is("@dead", '', "$name: $user, $ids ids on: one that was confirmed before "
		. "$end is a session");
}

# The commands that ask for what this end changes, the session's record or its
# subject's: of the load, and the last one.  A list says of both.

sub concerned {
	my ($cookie, $user, $end) = @_;

	my ($subject) = map { /^mg (\S+:~\S+)/ ? $1 : () } $i->commands();
	my @subject = $subject ? $i->at(qr/^mg \Q$subject\E /) : ();
	my @record = $i->at(qr/^mg \Q${\$i->key($cookie)}\E /);

	return @subject[0, -1] if $end eq 'elsewhere';
	return ($record[0], $record[-1]) if !$i->has('max_sessions')
		|| $subject[-1] < $record[-1];
	return ($record[0], $subject[-1]);
}

# a mere new id under an old one makes nothing that outlives the session

sub mere {
	my ($name) = @_;

	for my $uri ('/move', $i->has('subject') ? '/moves?b=2' : ()) {
		my ($n, @open) = (0);

		while (1) {
			my ($chain) = begin(1);
			my ($r, $held) = $i->before(++$n, $uri, $chain->[0],
				sub { $i->get('/logout', $chain->[1]) });

			last if !$held;

			my $state = $i->sent($r) ? $i->state($i->sent($r)) : '';
			push @open, "$n: $state" if $state =~ /ada|:1:/
				|| $i->states(@$chain) =~ /HIT/;
		}

		is("@open", '', "$name: $uri under an old id");
	}
}

###############################################################################
