#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A write whose answer is lost is neither done nor failed before the store has
# been asked again: no new id is taken back that others may follow (rule 5).

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

my $i = Test::Session::Identity->new(relay => 1,
	managers => { %Test::Session::Identity::managers,
	late => 'timeout 1s; regenerate_grace 30s;' });

my @uris = qw! /move /moves?b=2 /login?u=ada /user?u=eve /nobody !;

for my $name (grep { $_ ne 'late' } $i->names()) {
	$i->on($name);

	for my $uri (@uris) {
		next if $uri =~ /user|nobody/ && !$i->has('subject');

		marker($name, $uri);
		others($name, $uri);
	}

	ends($name);
}

timed_out();
done_testing();

###############################################################################

sub begin {
	$i->mc()->flush();

	return $i->sid('/login?u=ada', $i->sid('/set?a=1'));
}

# the request, while commands that match are not answered; carried out or not

sub without {
	my ($how, $regex, $uri, $cookie) = @_;

	$i->ready();
	$i->relay_of()->$how($regex);
	my ($r) = $i->before(99, $uri, $cookie, sub { });
	$i->relay_of()->$how();

	return $r;
}

# the write that leaves the old id

sub marker {
	my ($name, $uri) = @_;

	for my $how (qw/ lose fail /) {
		my $old = begin();
		my $write = qr/^m[sd] \Q${\$i->key($old)}\E /;
		my $r = without($how, $write, $uri, $old);
		my $new = $i->sent($r);
		my $what = "$name: $uri, $how";

		if ($new) {
			like($i->state($new), qr/^HIT/, "$what: its cookie is good");
			next;
		}

		unlike($i->saved($r), qr/^saved/, "$what: says that it failed");

		# done: the old id is followed within the grace; not done: it is as
		# it was

		next if $how eq 'lose'
			&& ($i->has('grace 0') || $uri =~ /user|nobody/);

		is($i->state($old), 'HIT:ada:1:', "$what: the old id is good");
	}
}

# all other writes

sub others {
	my ($name, $uri) = @_;

	for my $how (qw/ lose fail /) {
		for my $case ([ 'the new id', qr/^ms (?!\S+:~).* ME/ ],
			[ 'the subject', qr/^ms \S+:~/ ])
		{
			my ($what, $regex) = @$case;
			my $old = begin();
			my $r = without($how, $regex, $uri, $old);
			my $new = $i->sent($r);

			like($i->state($new), qr/^HIT/,
				"$name: $uri, $how $what: its cookie is good") if $new;

			# what was left behind is followed, within the grace

			next if $new || $i->has('grace 0') || $uri =~ /user|nobody/;

			like($i->state($old), qr/^HIT:ada:1/,
				"$name: $uri, $how $what: the old id is good");
			isnt($i->records(), '', "$name: $uri, $how $what: in a record");
		}
	}
}

# an end that is not answered is done or said to have failed

sub ends {
	my ($name) = @_;

	for my $how (qw/ lose fail /) {
		for my $ids (0, 1) {
			my $cookie = begin();
			my @known = ($cookie);

			push @known, $i->sid('/move', $cookie) if $ids;

			my $r = without($how, qr/^md /, '/logout', $cookie);
			my $said = $i->saved($r);
			my $state = $i->states(@known);

			unlike($said, qr/^saved/, "$name: logout, $how: says that it failed")
				if $state =~ /HIT/;
			unlike($state, qr/HIT/, "$name: logout, $how: or did not")
				if $said =~ /^saved/;
			unlike($state, qr/HIT/, "$name: logout, done") if $how eq 'lose';
		}
	}
}

###############################################################################

# the write comes later than nginx waits for it

sub timed_out {
	my $relay = $i->on('late')->relay_of();
	my $log = $i->behind();

	for my $uri (@uris[0 .. 2]) {
		my $old = begin();
		my $write = qr/^ms \Q${\$i->key($old)}\E /;
		my $seen = $log->log_count(qr/timed out/);

		$i->ready();
		$relay->shut($write);

		my $client = http_start(http_request($uri, close => 1,
			$i->options($old)), port => port('late1'));

		ok($log->wait_for_log(qr/timed out/, count => $seen + 1),
			"late: $uri waits no longer");
		$relay->open_gate();

		my ($new) = map { $_ ? "sid=$_" : () } http_end($client)->cookie('sid');

		# it is carried out after that

		ok(wait_until { ($i->mc()->get($i->key($old)) // '') =~ /^moved/ },
			"late: $uri: the old id is left");
		like($i->state($old), qr/^HIT/, "late: $uri: which goes on");
		like($i->state($new // $old), qr/^HIT/, "late: $uri: a good cookie");
	}
}

###############################################################################
