#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Ordinary changes under an id that was replaced: merged within the grace into
# the session that goes on, unless that changed its subject (rule 2).

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

my $i = Test::Session::Identity->new();

$i->each_way(\&merged, qw/ plain owned few /);
$i->each_way(\&merged_while_under_way, qw/ plain owned few /);
$i->each_way(\&past_the_grace);
$i->each_way(\&somebody_else, qw/ owned owned0 few few0 /);
$i->each_way(\&planted, qw/ plain owned few /);
$i->each_way(\&several_at_once, qw/ plain owned few /);

done_testing();

###############################################################################

sub merged {
	my ($name) = @_;

	my $old = $i->sid('/login?u=ada', $i->sid('/set?a=1'));
	my @ids = ($old);

	for my $n (2 .. 4) {
		push @ids, $i->sid('/move', $ids[-1]);

		my $r = $i->get("/set?a=$n", $old);
		is($i->sent($r), '', "$name: a change $n ids on gets no cookie");
		is($i->saved($r), 'saved under a newer id', "$name: is saved");
		is($i->state($ids[-1]), "HIT:ada:$n:", "$name: where it goes on");
		is($i->state($old), 'HIT:ada:1:', "$name: the old id as it was then");
	}

	is(scalar $i->live(), 1, "$name: there is one live record");
}

sub merged_while_under_way {
	my ($name) = @_;

	my $old = $i->sid('/login?u=ada');
	my $slow = $i->slow('/slow/set?a=1', $old);
	my $new = $i->sid('/move', $old);
	my $slower = $i->slow('/slow/other?b=2', $new);
	my $newer = $i->sid('/move', $new);

	my $r = $slow->answer();
	is($i->sent($r), '', "$name: a change that two new ids overtake");
	is($i->saved($r), 'saved under a newer id', "$name: says where it is");

	$slower->answer();
	is($i->state($newer), 'HIT:ada:1:2', "$name: nothing is lost");
}

# with grace 0 the marker does not answer: nothing is merged

sub past_the_grace {
	my ($name) = @_;

	my $old = $i->sid('/login?u=ada');
	my $slow = $i->slow('/slow/set?a=1', $old);
	my $new = $i->sid('/move', $old);
	my $r = $slow->answer();
	my $none = $i->has('grace 0');

	is($i->state($new), $none ? 'HIT:ada::' : 'HIT:ada:1:',
		"$name: a change that was under way");
	like($i->saved($r), $none ? GONE : qr/^saved under a newer id$/,
		"$name: as it says");
	is($i->sent($r), '', "$name: without a cookie");
	is($i->state($old), $none ? 'EXPIRED:::' : 'HIT:ada::',
		"$name: the old id");
}

# the session has become another's: a login, a change and an end of the subject

sub somebody_else {
	my ($name) = @_;

	for my $case ([ '', '/login?u=ada' ], [ '', '/user?u=ada' ],
		[ 'eve', '/login?u=ada' ], [ 'eve', '/user?u=ada' ],
		[ 'eve', '/nobody' ])
	{
		my ($before, $change) = @$case;
		my $what = "$name: $change of " . ($before || 'nobody') . "'s";
		my $old = $i->sid('/set?a=1');

		$old = $i->sid("/login?u=$before", $old) if $before;

		my @slow = map { $i->slow("/slow/$_", $old) } 'set?a=9', 'other?b=9',
			'moves?b=9';
		my $new = $i->sid($change, $old);
		my $state = $i->state($new);

		for my $slow (@slow) {
			my $r = $slow->answer();
			is($i->sent($r), '', "$what: a change meanwhile, without a cookie");
			like($i->saved($r), GONE, "$what: says that it is not saved");
		}

		is($i->state($new), $state, "$what: and does not get there");
		is($state, $before ? 'HIT:' . ($change eq '/nobody' ? '' : 'ada')
			. '::' : 'HIT:ada:1:', "$what: the session itself");

		# nor a new id later

		my $newer = $i->sid('/move', $new);
		like($i->saved($i->get('/set?a=9', $old)), $before
			|| $i->has('grace 0') ? qr/^saved$/ : GONE,
			"$what: one under the old id");
		is($i->state($newer), $state, "$what: does not get there either");
	}
}

# whoever planted the cookie writes into nobody's session, however many ids on;
# without "subject" it is the login that says whose it is

sub planted {
	my ($name) = @_;

	my $planted = $i->sid('/set?a=1');
	my $second = $i->sid('/move', $planted);
	my $victim = $i->sid($i->has('subject') ? '/user?u=ada' : '/login?u=ada',
		$second);

	for my $cookie ($planted, $second) {
		my $r = $i->get('/set?a=planted', $cookie);
		like($i->saved($r), GONE, "$name: a planted cookie writes nothing");
		is($i->sent($r), '', "$name: and gets none");
		is($i->state($cookie), 'HIT::1:', "$name: it shows what was then");
	}

	is($i->state($victim), 'HIT:ada:1:', "$name: the victim's is as it was");
}

# all of it is acknowledged, and none is lost

sub several_at_once {
	my ($name) = @_;

	my $old = $i->sid('/login?u=ada');
	my @slow = map { $i->slow("/slow/said", $old) } 1 .. 6;
	my $cookie = $old;

	for my $n (0 .. 5) {
		$cookie = $i->sid('/move', $cookie) if $n % 2;
		my $r = $slow[$n]->answer('X-Session-Set: '
			. ($n < 3 ? 'a' : 'b') . "=$n");
		like($i->saved($r), qr/^saved/, "$name: change $n is acknowledged");
	}

	is($i->state($cookie), 'HIT:ada:2:5', "$name: and there");
}

###############################################################################
