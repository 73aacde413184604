#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A subject's sessions are over for requests that were under way, too: whatever
# they save, they bind nothing to a record that is newer or missing (rule 5).

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

my %requests = (
	move       => [],
	set        => [],
	moves      => [],
	'login?u=ada' => [],
	'user?u=eve' => [],
	nobody     => [],
	said       => [ 'X-Session-Set: b=2', 'X-Session-Regenerate: 1' ],
	'said?'    => [ 'X-Session-Set: user=ada', 'X-Session-Regenerate: login' ],
);

$i->each_way(\&revoked, @subject);
$i->each_way(\&revoked_and_back, @subject);
$i->each_way(\&lost, @subject);
$i->each_way(\&revoked_twice, @subject);
$i->each_way(\&logged_out, @subject, qw/ plain plain0 /);
$i->each_way(\&pushed_out, qw/ few few0 /);
$i->each_way(\&carried_over, @subject);

done_testing();

###############################################################################

# While a request of one session is at the upstream, the code is run with
# another session's cookie; the cookies of both and what the response set.

sub meanwhile {
	my ($what, $uri, $code) = @_;

	my $cookie = $i->sid('/login?u=ada', $i->sid('/set?a=1'));
	my $other = $i->sid('/login?u=ada');
	my $slow = $i->slow("/slow/$uri", $cookie);

	$code->($other, $cookie);

	my $r = $slow->answer(@{$requests{$uri}});
	my $sent = $i->sent($r);

	is($sent, '', "$what: $uri sends no cookie");
	is(join(' ', map { /^HIT/ } $i->state($cookie)), '',
		"$what: $uri leaves its session ended");
	return $r;
}

sub revoked {
	my ($name) = @_;

	for my $uri (sort keys %requests) {
		meanwhile("$name: revoked elsewhere", $uri,
			sub { $i->get('/end', $_[0]) });
	}
}

# and in again: the epoch is not the one of the request's cookie

sub revoked_and_back {
	my ($name) = @_;

	for my $uri (sort keys %requests) {
		my $again;
		my $r = meanwhile("$name: revoked, then a login", $uri, sub {
			$i->get('/end', $_[0]);
			$again = $i->sid('/login?u=ada');
		});

		is($i->state($again), 'HIT:ada::', "$name: $uri: that one is good");
		is(scalar(grep { $i->mc()->get($_) =~ /"b"/ } $i->live()), 0,
			"$name: $uri leaves no record of its own") if $uri =~ /said|moves/;
		like($i->saved($r), GONE, "$name: $uri says so") if $uri ne 'set';
	}
}

# the record of the subject is lost: nobody knows what was revoked

sub lost {
	my ($name) = @_;

	for my $uri (grep { !/eve|nobody/ } sort keys %requests) {
		my $key;
		meanwhile("$name: record of the subject lost", $uri, sub {
			($key) = grep { /:~/ } $i->mc()->keys();
			$i->mc()->delete($key);
		});

		is($i->mc()->get($key), undef, "$name: $uri makes none");
	}

	# an end makes one, by which all others are dead for good

	my @ada = map { $i->sid('/login?u=ada') } 1, 2;
	my $slow = $i->slow('/slow/end', $ada[0]);
	$i->mc()->delete($_) for grep { /:~/ } $i->mc()->keys();
	$slow->answer();

	is($i->states(@ada), 'EXPIRED::: EXPIRED:::',
		"$name: an end that finds no record of the subject");
	is($i->state($i->sid('/login?u=ada')), 'HIT:ada::',
		"$name: the next login is good");
}

# of two ends, the late one does not touch what came between them

sub revoked_twice {
	my ($name) = @_;

	my @old = map { $i->sid('/login?u=ada') } 1, 2;
	my $slow = $i->slow('/slow/end', $old[0]);

	$i->get('/end', $old[1]);
	my $again = $i->sid('/login?u=ada');
	$slow->answer();

	is($i->states(@old, $again), 'EXPIRED::: EXPIRED::: HIT:ada::',
		"$name: a late end leaves a login alone that came after the first");

	# a session that had begun to be another's before its subject was revoked

	my $moved = $i->sid('/login?u=eve');
	$slow = $i->slow('/slow/end', $moved);
	my $ada = $i->sid('/login?u=ada', $moved);
	my $eve = $i->sid('/login?u=eve');
	$slow->answer();

	is($i->state($eve), 'EXPIRED:::', "$name: an end under way ends eve's");
	is($i->state($again), 'HIT:ada::', "$name: and none of ada's others");
}

sub logged_out {
	my ($name) = @_;

	for my $uri (sort keys %requests) {
		my $r = meanwhile("$name: logged out", $uri,
			sub { $i->get('/logout', $_[1]) });

		like($i->saved($r), GONE, "$name: $uri says so");
	}
}

sub pushed_out {
	my ($name) = @_;

	for my $uri (sort keys %requests) {
		my @more;
		meanwhile("$name: pushed out", $uri,
			sub { @more = map { $i->sid('/login?u=ada') } 1 .. 3 });

		is($i->states(@more), join(' ', ('HIT:ada::') x 3),
			"$name: $uri pushes none of the others out");
	}
}

# a new id of the same subject keeps the epoch; two revoke both

sub carried_over {
	my ($name) = @_;

	my @ids = ($i->sid('/login?u=ada'));

	push @ids, $i->sid($_, $ids[-1])
		for '/move', '/login?u=ada', '/clear?u=ada', '/moves?b=2';

	is($i->state($ids[-1]), 'HIT:ada::2', "$name: new ids of one subject");

	my $other = $i->sid('/login?u=ada');
	$i->get('/end', $other);
	is($i->states(@ids), join(' ', ('EXPIRED:::') x 5),
		"$name: end with its other sessions");
}

###############################################################################
