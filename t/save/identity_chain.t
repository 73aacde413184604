#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Ends follow the ids of a session to the last one, however many, and delete
# only the record there; what tells of replaced ids is left to expire (rule 2).

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

my %five = (plain => '', owned => 'subject user;',
	few => 'subject user; max_sessions 3;');

my $i = Test::Session::Identity->new(managers => {
	%Test::Session::Identity::managers,
	(map { ("${_}5", "$five{$_} regenerate_grace 5m;") } keys %five),
	soon  => 'regenerate_grace 1s;',
	brief => 'subject user; idle_timeout 10m; regenerate_grace 0;',
	long  => 'idle_timeout 3h; absolute_timeout 9h;' });

$i->each_way(\&chains, qw/ plain5 owned5 few5 /);
$i->each_way(\&replaced, keys %Test::Session::Identity::managers);
$i->each_way(\&under_way, keys %Test::Session::Identity::managers);
$i->each_way(\&markers, qw/ brief long /,
	keys %Test::Session::Identity::managers);
$i->each_way(\&past_the_grace, 'soon');
$i->each_way(\&before_the_login, qw/ owned5 few5 /);

done_testing();

###############################################################################

# the cookies of a session that got so many new ids

sub chain {
	my ($n) = @_;

	my @ids = ($i->sid('/set?a=1'));

	push @ids, $i->sid($_ == 1 ? '/login?u=ada' : '/move', $ids[-1])
		for 1 .. $n;

	return @ids;
}

sub chains {
	my ($name) = @_;

	for my $n (1, 2, 5, 7, 8, 9, 10, 12, 30) {
		for my $with (0, -1, $n >> 1) {
			my @ids = chain($n);

			is($i->state($ids[-1]), 'HIT:ada:1:', "$name: id $n is good");

			my $r = $i->get('/logout', $ids[$with]);

			is(scalar(grep { $i->state($_) ne 'EXPIRED:::' } @ids), 0,
				"$name: a logout by id $with of $n ends all of them");
			is($i->records(), '', "$name: no record is left");
			like($r->header('Set-Cookie'), qr/^sid=;/,
				"$name: the cookie is expired");
		}
	}

	# a chain that is too long is dead for a load, which asks a few times

	my @ids = chain(30);
	my $asked = $i->asked();

	is($i->state($ids[0]), 'EXPIRED:::', "$name: the first of 31 ids");
	cmp_ok($i->asked() - $asked, '<=', 8,
		"$name: costs at most eight commands");
	is($i->state($ids[-1]), 'HIT:ada:1:', "$name: the last one is good");
}

# a logout with an id that was replaced, with grace and without

sub replaced {
	my ($name) = @_;

	for my $end ('/logout', $i->has('subject') ? '/end' : ()) {
		my @ids = chain(3);
		my $r = $i->get($end, $ids[1]);

		is($i->states(@ids), join(' ', ('EXPIRED:::') x 4),
			"$name: $end by an old id ends the session");
		is($i->records(), '', "$name: no record is left");
		like($r->header('Set-Cookie'), qr/^sid=;/,
			"$name: the cookie is expired");
	}
}

# one whose id is replaced while it is under way

sub under_way {
	my ($name) = @_;

	for my $end ('logout', $i->has('subject') ? 'end' : ()) {
		my $old = $i->sid('/login?u=ada');
		my $slow = $i->slow("/slow/$end", $old);
		my $new = $i->sid('/move', $old);
		my $newer = $i->sid('/move', $new);

		$slow->answer();

		is($i->states($old, $new, $newer), join(' ', ('EXPIRED:::') x 3),
			"$name: $end that new ids overtake ends the session");
		is($i->records(), '', "$name: no record is left");
	}
}

# what stands under a replaced id outlives the grace, and the logout

sub markers {
	my ($name) = @_;

	my $life = $i->has('10m') ? 600 : $i->has('3h') ? 3600 : 1800;
	my @ids = chain(2);
	my @keys = map { $i->key($_) } @ids[0, 1];

	for my $key (@keys) {
		my $t = $i->mc()->mg($key, 't')->{flags}{t} // 0;

		cmp_ok($t, '>', $life - 60, "$name: it stays long enough");
		cmp_ok($t, '<=', $life + 1, "$name: and not for ever");
	}

	$i->get('/set?a=2', $ids[2]);
	$i->get('/logout', $ids[0]);

	is($i->records(), '', "$name: a logout by the first of three ids");
	is(scalar(grep { defined $i->mc()->get($_) } @keys), 2,
		"$name: leaves what tells of the next one");
}

# a logout with an id that no longer answers

sub past_the_grace {
	my ($name) = @_;

	my @ids = chain(3);

	ok(wait_until { $i->state($ids[1]) eq 'EXPIRED:::' },
		"$name: an id past the grace is dead");
	is($i->state($ids[-1]), 'HIT:ada:1:', "$name: the session goes on");

	my $r = $i->get('/set?a=9', $ids[1]);
	isnt($i->sent($r), '', "$name: a change begins another session");
	is($i->state($ids[-1]), 'HIT:ada:1:', "$name: and leaves it alone");

	$i->get('/logout', $ids[1]);
	is($i->state($ids[-1]), 'EXPIRED:::', "$name: a logout ends it");
}

# a cookie from before the login names no subject: what it shows is from then

sub before_the_login {
	my ($name) = @_;

	my @ids = chain(2);
	my $other = $i->sid('/login?u=ada');

	is($i->state($ids[0]), 'HIT::1:', "$name: an id from before the login");
	$i->get('/end', $other);

	is($i->states(@ids[1, 2], $other), join(' ', ('EXPIRED:::') x 3),
		"$name: those of the subject end");
	unlike($i->state($ids[0]), qr/ada/, "$name: it never shows the login");

	$i->get('/other?b=2', $ids[0]);
	unlike($i->mc()->get($i->key($ids[2])) // '', qr/"b"/,
		"$name: nor changes what is left of it");
}

###############################################################################
