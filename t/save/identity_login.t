#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A login never writes into a session that the request's cookie does not name as
# live: under an id that was replaced it takes an id of its own (rule 1).

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

$i->each_way(\&fixation, map { $_, "${_}0" } qw/ plain owned few /);
$i->each_way(\&data, qw/ plain owned few /);
$i->each_way(\&twice);
$i->each_way(\&mere, qw/ plain owned few /);
$i->each_way(\&upstream, qw/ plain owned few /);

done_testing();

###############################################################################

# one who knows an old cookie logs in, and so does another with the same one

sub fixation {
	my ($name) = @_;

	for my $login ('/login', '/signin') {
		my $planted = $i->sid('/set?a=1');
		my $first = $i->sid("$login?u=mallory", $planted);
		my $r = $i->get("$login?u=alice", $planted);
		my $second = $i->sent($r);
		my $what = "$name $login";

		isnt($second, '', "$what under an old id gets a cookie");
		like($i->state($second), qr/^HIT:alice:/, "$what opens its session");
		like($i->state($first), qr/^HIT:mallory:/,
			"$what leaves the session that replaced the id alone");
		is($i->saved($r), 'saved', "$what says that it was saved");

		$i->get('/logout', $planted);
		like($i->state($second), qr/^HIT:alice:/,
			"$what is not ended by the old id");
	}
}

# what a login under an old id takes along

sub data {
	my ($name) = @_;

	my $old = $i->sid('/set?a=1');
	my $ada = $i->sid('/login?u=ada', $old);

	is($i->state($i->sid('/login?u=eve', $old)), 'HIT:eve:1:',
		"$name: what was nobody's goes along");

	my $ada2 = $i->sid('/move', $ada);
	my $eve = $i->sid('/login?u=eve', $ada);
	is($i->state($eve), 'HIT:eve::', "$name: what was another's does not");
	is($i->state($ada2), 'HIT:ada:1:', "$name: the other keeps it");

	# without "subject" nobody knows whose a session is that has no first id

	my $again = $i->sid('/login?u=ada', $ada);
	is($i->state($again), $i->has('subject') ? 'HIT:ada:1:' : 'HIT:ada::',
		"$name: what was the same subject's goes along");

	is($i->state($i->sid('/anew?u=ada', $ada)), 'HIT:ada::',
		"$name: not with \"clear\"");
}

# a double click on "log in", whose first response the browser drops

sub twice {
	my ($name) = @_;

	for my $login ('/login', '/signin') {
		my $old = $i->sid('/set?a=1');
		my $first = $i->sid("$login?u=ada", $old);
		my $second = $i->sid("$login?u=ada", $old);

		isnt($second, '', "$name $login twice gets a second cookie");
		like($i->state($second), qr/^HIT:ada:/, "$name which is logged in");
		like($i->state($first), qr/^HIT:ada:/, "$name and so is the first");
	}
}

# a regenerate that is no login takes no id of its own

sub mere {
	my ($name) = @_;

	my $old = $i->sid('/set?a=1');
	my $new = $i->sid('/move', $old);
	my $r = $i->get('/move', $old);

	is($i->sent($r), '', "$name: a mere regenerate gets no cookie");
	is(scalar $i->live(), 1, "$name: and makes no record");

	# with other changes it is a login where nobody knows whose it is

	$r = $i->get('/moves?b=2', $old);

	if ($i->has('subject')) {
		is($i->sent($r), '', "$name: nor with a change");
		is($i->state($new), 'HIT::1:2', "$name: which is an ordinary one");
		is($i->saved($r), 'saved under a newer id', "$name: as it says");

	} else {
		is($i->state($i->sent($r)), 'HIT::1:2', "$name: but with a change");
		is($i->state($new), 'HIT::1:', "$name: which goes nowhere else");
	}

	# the browser that has both: a login under the old one, sent meanwhile

	$r = $i->get('/signin?u=ada', $old);
	is($i->state($i->sent($r) || $new), 'HIT:ada:1:',
		"$name: the newest cookie of the browser is logged in");
}

# what an upstream says

sub upstream {
	my ($name) = @_;

	my $old = $i->sid('/set?a=1');
	my $first = $i->sid('/login?u=mallory', $old);
	my $r = $i->slow('/slow/said', $old)->answer(
		'X-Session-Set: user=alice', 'X-Session-Regenerate: login');

	is($i->state($i->sent($r)), 'HIT:alice:1:', "$name: by an upstream");
	is($i->state($first), 'HIT:mallory:1:', "$name: the other is left alone");

	$r = $i->slow('/slow/said', $old)->answer('X-Session-Set: user=bob',
		'X-Session-Regenerate: login', 'X-Session-Clear: 1');
	is($i->state($i->sent($r)), 'HIT:bob::', "$name: by one that clears");
}

###############################################################################
