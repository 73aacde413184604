#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Revocation goes by the record: a session is its record's subject's, whatever a
# cookie says (rule 6).

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

$i->each_way(\&old_cookies, @subject);
$i->each_way(\&written_by_an_application, @subject);
$i->each_way(\&revoked_by_the_record, @subject);
$i->each_way(\&revoked_meanwhile, @subject);
$i->each_way(\&not_others, @subject);
$i->each_way(\&ends_of_what_is_dead, @subject);

done_testing();

###############################################################################

# keeps the record's client flags, as an application does

sub write_user {
	my ($cookie, $user) = @_;

	my $key = $i->key($cookie);

	$i->mc()->set($key, qq({"user":"$user"}),
		flags => $i->mc()->mg($key, 'f')->{flags}{f});
}

# of a session that passed from x to f, and whose subject f was revoked

sub old_cookies {
	my ($name) = @_;

	for my $switch ('user', 'login', 'signin') {
		my $x = $i->sid('/login?u=x');
		my $f = $i->sid("/$switch?u=f", $x);
		my $f2 = $i->sid('/login?u=f');

		is($i->states($x, $f, $f2), 'EXPIRED::: HIT:f:: HIT:f::',
			"$name: $switch: a session that was another's");

		$i->get('/end', $f2);

		is($i->states($x, $f, $f2), join(' ', ('EXPIRED:::') x 3),
			"$name: $switch: no cookie of it is good after its end");
		is($i->sid('/none', $x), '', "$name: $switch: nor gets a new one");
	}

	# its first subject's end is none of its ends

	my $x = $i->sid('/login?u=x');
	my $f = $i->sid('/user?u=f', $x);
	$i->get('/end', $i->sid('/login?u=x'));
	is($i->state($f), 'HIT:f::', "$name: the end of who left it ends it not");
}

# a session of x, into which an application wrote f

sub written_by_an_application {
	my ($name) = @_;

	my $x = $i->sid('/login?u=x');
	write_user($x, 'f');

	my $f = $i->sid('/login?u=f');
	$i->get('/end', $f);

	my $r = $i->get('/read', $x);
	unlike($r->header('X-Session'), qr/^HIT:f:/,
		"$name: x's cookie opens nothing of f's after f's end");

	my $new = $i->sent($r);
	unlike($new ? $i->state($new) : '', qr/:f:/, "$name: nor gets one of f's");

	# one that was nobody's: what was written after the end counts

	my $none = $i->sid('/set?a=1');
	write_user($none, 'f');

	$r = $i->get('/read', $none);
	is($r->header('X-Session'), 'HIT:f::', "$name: a login after the end");
	is($i->state($i->sent($r)), 'HIT:f::', "$name: gets a good cookie");
}

# the first request after an application's login is "log out everywhere"

sub revoked_by_the_record {
	my ($name) = @_;

	for my $first ('/set?a=1', '/login?u=x') {
		my $other_f = $i->sid('/login?u=f');
		my $other_x = $i->sid('/login?u=x');
		my $cookie = $i->sid($first);

		write_user($cookie, 'f');

		my $r = $i->get('/end', $cookie);
		is($i->sent($r), '', "$name: an end after $first and f by an "
			. 'application sends no cookie');

		is($i->states($other_f, $other_x, $cookie),
			'EXPIRED::: HIT:x:: EXPIRED:::',
			"$name: ends the sessions of f, and of nobody else");
	}
}

# the same while other requests of that session are under way

sub revoked_meanwhile {
	my ($name) = @_;

	my $cookie = $i->sid('/set?a=1');
	write_user($cookie, 'f');

	my @slow = map { $i->slow("/slow/$_", $cookie) } 'none', 'other?b=2',
		'move', 'moves?b=2', 'login?u=f';
	my $other = $i->sid('/login?u=f');

	$i->get('/end', $cookie);

	for my $slow (@slow) {
		my $new = $i->sent($slow->answer());
		is($new ? $i->state($new) : '', '', "$name: a request of an "
			. "application's login, then revoked, gets no cookie");
	}

	is($i->states($cookie, $other), 'EXPIRED::: EXPIRED:::',
		"$name: all of it is over");
}

# an end goes on, whatever is known of the subject of its cookie

sub ends_of_what_is_dead {
	my ($name) = @_;

	for my $how ('revoked', 'lost', 'pushed out', 'left') {
		my ($cookie, $other) = map { $i->sid('/login?u=ada') } 1, 2;
		my $eve = $i->sid('/user?u=eve', $cookie);

		$i->get('/end', $other) if $how eq 'revoked';
		$i->sid('/login?u=ada') for $how eq 'pushed out' ? (1 .. 3) : ();

		if ($how eq 'lost') {
			$i->mc()->delete($_) for grep { /:~/ && $i->mc()->get($_)
				!~ /\Q${\($i->key($eve) =~ s!.*:!!r)}\E/ } $i->mc()->keys();
			next if !$i->has('max_sessions');
		}

		is($i->state($eve), 'HIT:eve::', "$name: an id that was left, $how");
		$i->get('/logout', $cookie);
		is($i->state($eve), 'EXPIRED:::', "$name: its logout follows, $how");
	}
}

# ends of sessions that are nobody's end nothing else

sub not_others {
	my ($name) = @_;

	my $ada = $i->sid('/login?u=ada');
	my $none = $i->sid('/set?a=1');

	$i->get('/end', $none);
	is($i->states($none, $ada), 'EXPIRED::: HIT:ada::',
		"$name: who is nobody ends their own session only");

	$i->get('/end');
	$i->get('/end', $i->aged($ada, 90000));
	is($i->state($ada), 'HIT:ada::', "$name: no cookie, or an expired one");
}

###############################################################################
