#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A session that goes on is found, at whichever moment its id or its subject's
# record is changed: by loads, and by session_recheck.  Two nginx.

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
	server => 'session_recheck 100ms;');

my @changes = qw! /move /moves?b=2 /login?u=ada /clear?u=ada /set?a=2 !;

for my $name (qw/ plain owned few /) {
	$i->on($name);

	order($name) if $i->has('subject');
	loads_before_each_command($name);
	loads_between_its_commands($name);
	streams_between_its_commands($name);
	streams_of_who_lost($name);
}

done_testing();

###############################################################################

sub begin { return $i->sid('/login?u=ada', $i->sid('/set?a=1')) }

# the commands that a load sends: the subject's record first, and each once

sub order {
	my ($name) = @_;

	my $cookie = begin();
	$i->before(99, '/read', $cookie, sub { 1 });
	my @keys = map { (split / /)[1] } $i->commands();

	is(scalar @keys, 2, "$name: a load asks for two records");
	like($keys[0], qr/:~/, "$name: first for that of the subject");
	is($keys[1], $i->key($cookie), "$name: then for its own");
}

# a load that is overtaken by something at each of its commands

sub loads_before_each_command {
	my ($name) = @_;

	for my $change (@changes) {
		for my $times (1, 2) {
			my ($n, @lost) = (0);

			while (1) {
				my $cookie = begin();
				my ($r, $held) = $i->before(++$n, '/read', $cookie, sub {
					my $last = $cookie;
					$last = $i->sid($change, $last) || $last for 1 .. $times;
				});

				push @lost, $n if $r->header('X-Session') !~ /^HIT:ada/;
				last if !$held;
			}

			is("@lost", '', "$name: $change, $times, before each command of a "
				. 'load');
		}
	}
}

# loads while each command of a change is kept back

sub loads_between_its_commands {
	my ($name) = @_;

	for my $change (@changes, '/user?u=ada') {
		my ($n, @lost) = (0);

		while (1) {
			my $cookie = $change =~ /user/ ? $i->sid('/set?a=1') : begin();
			my ($r, $held) = $i->before(++$n, $change, $cookie, sub {
				push @lost, $n if $i->state($cookie) !~ /^HIT:/;
			});

			last if !$held;

			my $new = $i->sent($r);
			push @lost, "$n, the new id" if $new && $i->state($new) !~ /^HIT:/;
		}

		is("@lost", '', "$name: a load before each command of $change");
	}
}

# the same by session_recheck

sub streams_between_its_commands {
	my ($name) = @_;

	for my $change (qw! /move /login?u=ada !) {
		my ($n, @closed) = (0);

		while (1) {
			my $cookie = begin();
			my $stream = $i->slow('/slow/none', $cookie)->stream();
			my ($r, $held) = $i->before(++$n, $change, $cookie, sub {
				looks(3);
				push @closed, $n if is_over($stream);
			});

			if ($held) {
				looks(3);
				push @closed, "behind $n" if is_over($stream);
				$stream->close();
				next;
			}

			$i->get('/logout', $i->sent($r));
			ok($stream->is_closed(), "$name: a stream ends with its session");
			last;
		}

		is("@closed", '', "$name: none ends at any moment of $change");
	}
}

# waits for so many more looks at the store; undef: nobody looks

sub looks {
	my ($n) = @_;

	$n += $i->asked();
	return wait_until { $i->asked() >= $n } 5;
}

# nothing comes but the end

sub is_over { return IO::Select->new($_[0]{socket})->can_read(0) }

sub closed {
	my ($stream) = @_;

	return wait_until { is_over($stream) } 5;
}

# a stream that began with a change which a new id overtook

sub streams_of_who_lost {
	my ($name) = @_;

	for my $change ('move', 'moves?b=2', 'set?a=2') {
		my $cookie = begin();
		my $slow = $i->slow("/slow/$change", $cookie);
		my $new = $i->sid('/move', $cookie);
		my $stream = $slow->stream();

		ok(looks(3), "$name: $change that lost is looked at");

		# without "subject" one that changes something is a login of its own

		if ($change =~ /moves/ && !$i->has('subject')) {
			$i->get('/logout', $new);
			looks(3);
			ok(!is_over($stream), "$name: $change has an id of its own");
			$stream->close();
			next;
		}

		ok(!is_over($stream), "$name: $change that lost goes on");
		$i->get('/logout', $new);
		ok(closed($stream), "$name: $change, until the session ends");
	}

	my $cookie = begin();
	my $slow = $i->slow('/slow/login?u=eve', $cookie);
	my $new = $i->sid('/move', $cookie);
	my $stream = $slow->stream();
	my ($own) = $stream->{data} =~ /^Set-Cookie: (sid=[^;]+)/m;

	$i->get('/logout', $new);
	ok(looks(3), "$name: a login that lost is looked at");
	ok(!is_over($stream), "$name: a login's stream is its own session's");
	$i->get('/logout', $own // '');
	ok(closed($stream), "$name: and ends with that");
}

###############################################################################
