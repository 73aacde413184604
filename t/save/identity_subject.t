#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A change of the subject is a change of id (rule 3).

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

$i->each_way(\&to_somebody, @subject);
$i->each_way(\&to_another, @subject);
$i->each_way(\&to_nobody, @subject);
$i->each_way(\&cleared);
$i->each_way(\&by_an_upstream, @subject);
$i->each_way(\&by_an_application, @subject);
$i->each_way(\&the_same, @subject);

done_testing();

###############################################################################

# from nobody: the data goes along, the old id shows what it knew

sub to_somebody {
	my ($name) = @_;

	for my $uri ('/user?u=ada', '/login?u=ada', '/signin?u=ada') {
		my $old = $i->sid('/set?a=1');
		my $new = $i->sid($uri, $old);

		is($i->state($new), 'HIT:ada:1:', "$name: $uri takes the data along");
		isnt($i->key($new), $i->key($old), "$name: to a new id");
		is($i->state($old), $i->has('grace 0') ? 'EXPIRED:::' : 'HIT::1:',
			"$name: the old one knows nothing of it");
	}
}

# from one to another: nothing goes along, the old id is dead at once

sub to_another {
	my ($name) = @_;

	for my $uri ('/user?u=eve', '/login?u=eve', '/signin?u=eve') {
		my $older = $i->sid('/login?u=ada', $i->sid('/set?a=1'));
		my $old = $i->sid('/move', $older);
		my $new = $i->sid($uri, $old);

		is($i->state($new), 'HIT:eve::', "$name: $uri takes nothing along");
		is($i->mc()->get($i->key($new)), '{"user":"eve"}',
			"$name: only what it sets");
		isnt($i->key($new), $i->key($old), "$name: to a new id");
		is($i->states($older, $old), 'EXPIRED::: EXPIRED:::',
			"$name: the ids of before are dead");
		is($i->states($i->sid('/login?u=ada', $old), $new),
			'HIT:ada:: HIT:eve::', "$name: a login there is another session");
		unlike(join(' ', map { $i->mc()->get($_) // '' } map { $i->key($_) }
			$old), qr/"a"/, "$name: the data is gone");
	}
}

sub to_nobody {
	my ($name) = @_;

	my $old = $i->sid('/login?u=ada', $i->sid('/set?a=1'));
	my $new = $i->sid('/nobody', $old);

	isnt($new, '', "$name: a session without a subject gets an id");
	is($i->mc()->get($i->key($new)), '{}', "$name: with nothing in it");
	is($i->states($old, $new), 'EXPIRED::: HIT:::', "$name: the old is dead");

	my $ada = $i->sid('/login?u=ada');
	$i->get('/end', $ada);
	is($i->state($new), 'HIT:::', "$name: it is the subject's no longer");
	is($i->state($i->sid('/login?u=ada', $new)), 'HIT:ada::',
		"$name: until the next login");
}

# "clear" clears, whoever it was

sub cleared {
	my ($name) = @_;

	my $old = $i->sid('/set?a=1');
	my $new = $i->sid('/clear?u=ada', $old);

	is($i->mc()->get($i->key($new)), '{"user":"ada"}',
		"$name: \"clear\" of nobody's");

	$i->get('/set?a=2', $new);
	my $newer = $i->sid('/clear?u=ada', $new);

	isnt($newer, '', "$name: the same subject's gets a new id");
	is($i->mc()->get($i->key($newer)), '{"user":"ada"}',
		"$name: and has nothing from before");

	$new = $i->sid('/clear?u=ada');
	is($i->state($new), 'HIT:ada::', "$name: without a session it begins one");
}

sub by_an_upstream {
	my ($name) = @_;

	my $old = $i->sid('/login?u=ada', $i->sid('/set?a=1'));
	my $new = $i->sent($i->slow('/slow/said', $old)->answer(
		'X-Session-Set: user=eve', 'X-Session-Set: b=2'));

	is($i->states($old, $new), 'EXPIRED::: HIT:eve::2',
		"$name: an upstream that changes the subject");

	my $newer = $i->sent($i->slow('/slow/said', $new)->answer(
		'X-Session-Unset: user'));
	is($i->states($new, $newer), 'EXPIRED::: HIT:::', "$name: or ends it");

	$i->get('/set?a=3', $newer);
	my $cleared = $i->sent($i->slow('/slow/said', $newer)->answer(
		'X-Session-Regenerate: 1', 'X-Session-Clear: 1', 'X-Session-Set: b=1'));
	is($i->state($cleared), 'HIT:::1', "$name: one that clears");
}

# who wrote the subject into the record itself

sub by_an_application {
	my ($name) = @_;

	my $old = $i->sid('/set?a=1');
	$i->mc()->set($i->key($old), '{"a":"1","user":"ada"}');

	my $r = $i->get('/read', $old);
	my $new = $i->sent($r);

	is($r->header('X-Session'), 'HIT:ada:1:', "$name: an application's login");
	isnt($new, '', "$name: gets a cookie");
	isnt($i->key($new), $i->key($old), "$name: of a new id");
	is($i->state($new), 'HIT:ada:1:', "$name: which is good");
	unlike($i->state($old), qr/ada/, "$name: the old one shows no login");

	my $other = $i->sid('/login?u=ada');
	$i->get('/end', $other);
	is($i->state($new), 'EXPIRED:::', "$name: it ends with the others");

	# two requests find it at once

	$old = $i->sid('/set?a=1');
	$i->mc()->set($i->key($old), '{"a":"1","user":"ada"}');
	my @slow = map { $i->slow('/slow/none', $old) } 1, 2;
	my @new = grep { $_ ne '' } map { $i->sent($_->answer()) } @slow;

	ok(scalar(@new), "$name: one of two requests binds it");
	is(join(' ', map { $i->state($_) } @new), join(' ',
		('HIT:ada:1:') x @new), "$name: the cookies are good");
}

# the subject that it has already

sub the_same {
	my ($name) = @_;

	my $old = $i->sid('/login?u=ada', $i->sid('/set?a=1'));

	is($i->sid('/user?u=ada', $old), '', "$name: the same again is no change");
	is($i->state($old), 'HIT:ada:1:', "$name: the session goes on");
}

###############################################################################
