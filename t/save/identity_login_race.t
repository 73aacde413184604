#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Logins whose id is replaced, left or ended while they are under way (rule 1).

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
my @subject = qw/ owned owned0 few few0 /;

$i->each_way(\&two_at_once);
$i->each_way(\&overtaken);
$i->each_way(\&destroyed);
$i->each_way(\&ended_below, qw/ plain owned few /);
$i->each_way(\&left_by_its_subject, @subject);
$i->each_way(\&left_further_on, qw/ owned few /);

done_testing();

###############################################################################

sub two_at_once {
	my ($name) = @_;

	for my $login ('login', 'signin') {
		my $old = $i->sid('/set?a=1');
		my @slow = map { $i->slow("/slow/$login?u=$_", $old) } qw/ ada eve /;
		my @new = map { $i->sent($_->answer()) } @slow;

		is($i->states(@new), 'HIT:ada:1: HIT:eve:1:',
			"$name: two at once make two good sessions by $login");
	}

	my $old = $i->sid('/set?a=1');
	my @slow = map { $i->slow('/slow/login?u=ada', $old) } 1, 2;
	my @new = map { $i->sent($_->answer()) } @slow;

	is($i->states(@new), 'HIT:ada:1: HIT:ada:1:', "$name: of one subject, too");
	isnt($new[0], $new[1], "$name: under ids of their own");
}

# by a new id of the same session

sub overtaken {
	my ($name) = @_;

	my $old = $i->sid('/login?u=ada', $i->sid('/set?a=1'));
	my $slow = $i->slow('/slow/login?u=ada', $old);
	my $new = $i->sid('/move', $old);
	my $own = $i->sent($slow->answer());

	# that of the same subject has its data

	is($i->state($own), $i->has('subject') ? 'HIT:ada:1:' : 'HIT:ada::',
		"$name: a login that a new id overtakes has an id of its own");
	is($i->state($new), 'HIT:ada:1:', "$name: and the other goes on");

	$slow = $i->slow('/slow/login?u=eve', $new);
	my $newer = $i->sid('/move', $new);
	$own = $i->sent($slow->answer());

	is($i->state($own), 'HIT:eve::', "$name: another subject has no data");
	is($i->state($newer), 'HIT:ada:1:', "$name: nor changes the other's");

	# what is merely a new id has none of its own

	$slow = $i->slow('/slow/move', $newer);
	my $newest = $i->sid('/move', $newer);
	is($i->sent($slow->answer()), '', "$name: a mere new id gets no cookie");
	is($i->state($newest), 'HIT:ada:1:', "$name: the session goes on");
}

# by the end of the session

sub destroyed {
	my ($name) = @_;

	for my $login ('/slow/login', '/slow/signin', '/slow/move') {
		my $old = $i->sid('/set?a=1');
		my $slow = $i->slow("$login?u=ada", $old);

		$i->get('/logout', $old);

		my $r = $slow->answer();
		is($i->sent($r), '', "$name: $login that a logout overtakes fails");
		is($i->records(), '', "$name: and leaves no record");
		like($i->saved($r), GONE,
			"$name: as it says");
		is($i->state($old), 'EXPIRED:::', "$name: the old id is dead");
	}
}

# the load saw that the id was replaced, then the session ended

sub ended_below {
	my ($name) = @_;

	my $old = $i->sid('/set?a=1');
	my $new = $i->sid('/move', $old);
	my $newer = $i->sid('/move', $new);
	my $slow = $i->slow('/slow/login?u=eve', $old);

	$i->get('/logout', $newer);

	my $r = $slow->answer();
	is($i->sent($r), '', "$name: a login under an old id fails with its end");
	like($i->saved($r), GONE,
		"$name: as it says");
	is($i->records(), '', "$name: and leaves no record");
}

sub left_by_its_subject {
	my ($name) = @_;

	for my $leave ('/user?u=eve', '/nobody', '/login?u=eve') {
		my $old = $i->sid('/login?u=ada', $i->sid('/set?a=1'));
		my ($same, $other) = map { $i->slow("/slow/login?u=$_", $old) }
			'ada', 'bob';
		my $left = $i->sid($leave, $old);
		my $user = $leave eq '/nobody' ? '' : 'eve';

		my $r = $same->answer();
		is($i->sent($r), '', "$name: a login of the subject who left by $leave "
			. "fails");
		like($i->saved($r), GONE,
			"$name: as it says");

		is($i->state($i->sent($other->answer())), 'HIT:bob::',
			"$name: that of another has a session of its own");
		is($i->state($left), "HIT:${user}::", "$name: and changes no other");
	}
}

# the subject leaves under a newer id

sub left_further_on {
	my ($name) = @_;

	my $old = $i->sid('/login?u=ada');
	my $new = $i->sid('/move', $old);
	my @slow = map { $i->slow('/slow/login?u=ada', $_) } $old, $new;
	my $left = $i->sid('/user?u=eve', $new);

	is(join('', map { $i->sent($_->answer()) } @slow), '',
		"$name: logins under both ids fail when the subject has left");
	is($i->state($left), 'HIT:eve::', "$name: the session goes on");
	is(join(' ', map { $_ =~ /ada/ ? $_ : () } $i->records()), '',
		"$name: without a record of the other");
}

###############################################################################
