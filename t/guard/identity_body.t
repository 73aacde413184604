#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A request whose body took long to arrive is looked at twice: the upstream gets
# none whose session has ended meanwhile (rule 8).

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

use Time::HiRes qw/ time /;

my $i = Test::Session::Identity->new(managers => {
	map { ($_, $Test::Session::Identity::managers{$_}) }
	qw/ plain owned few few0 / }, server => join ' ', map {
	"location = /$_ { session %NAME% require; ${_}_pass 127.0.0.1:"
	. port('told') . '; }' } qw/ fastcgi uwsgi scgi /);

my @cases = (
	[ 'whose session goes on', sub { 1 }, 1 ],
	[ 'that was saved meanwhile', sub { $i->get('/set?a=2', $_[0]) }, 1 ],
	[ 'that was logged out', sub { $i->get('/logout', $_[0]) } ],
	[ 'whose record is gone', sub { $i->mc()->delete($i->key($_[0])) } ],
	[ 'whose session is another\'s now',
		sub { $i->get('/user?u=eve', $_[0]) }, 'subject' ],
	[ 'that was revoked', sub { $i->get('/end', $_[1]) }, 'subject' ],
	[ 'that was pushed out',
		sub { $i->get("/login?u=$_[2]") for 1 .. 3 }, 'max' ],
);

for my $workers (1, 2) {
	$i->workers($workers);
	slow_bodies($workers);
	fast_bodies($workers);
}

done_testing();

###############################################################################

sub slow_bodies {
	my ($workers) = @_;

	my @all;

	for my $name ($i->names()) {
		$i->on($name);

		for my $case (@cases) {
			my $needs = $case->[2] // '';
			next if $needs =~ /\D/ && !$i->has($needs);

			for my $uri (qw! /needed /wanted !) {
				push @all, half($name, $uri, $case, $_) for 0, 1;
			}

			push @all, half($name, "/$_", $case, 0) for qw/ fastcgi uwsgi scgi /;
		}
	}

	# what the rule is about is a second: it has to pass

	my $from = time();
	wait_until { time() - $from > 2.1 };

	for my $request (@all) {
		my ($case, $client, $uri, $rest) = @$request{qw/ case client uri rest /};
		my $what = "$request->{name}, $workers: $uri, a slow body $case->[0]";

		print $client $rest;

		if ($uri =~ /wsgi|cgi/) {
			is($i->told()->reached($client), ($case->[2] // '') eq '1' ? 1 : undef,
				"$what, gets there or not");
			is(http_end($client)->status(), ($case->[2] // '') eq '1' ? 502 : 401,
				"$what, is answered");
			next;
		}

		my $held = $i->told()->take($client);

		if (($case->[2] // '') eq '1') {
			like($held ? $held->head() : '', qr/^X-User: $request->{user}\r/m,
				$what);
			$held->answer() if $held;
			next;
		}

		unlike($held ? $held->head() : '', qr/^X-User: /mi, $what);
		is($held, undef, "$what, does not get there") if $uri eq '/needed';
		is($held ? $held->answer()->status() : http_end($client)->status(),
			$uri eq '/needed' ? 401 : 200, "$what, is answered");
	}
}

my $users = 0;

# a request, the second half of whose body is kept back until its session has
# met with something

sub half {
	my ($name, $uri, $case, $chunked) = @_;

	my $user = 'user' . ++$users;
	my $cookie = $i->sid("/login?u=$user");
	my $other = $i->sid("/login?u=$user");
	my $asked = $i->asked();

	my $client = http_start("POST $uri HTTP/1.1\r\nHost: localhost\r\n"
		. "Cookie: $cookie\r\nConnection: close\r\n"
		. ($chunked ? "Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"
		: "Content-Length: 10\r\n\r\nfirst"), port => port($name));

	wait_until { $i->asked() > $asked } or die "no load\n";
	$case->[1]->($cookie, $other, $user);

	return { name => $name, uri => $uri, case => $case, client => $client,
		rest => $chunked ? "4\r\nlast\r\n0\r\n\r\n" : ' last', user => $user };
}

# a body that comes at once is not looked at again

sub fast_bodies {
	my ($workers) = @_;

	for my $name ($i->names()) {
		$i->on($name);

		my $cookie = $i->sid('/login?u=ada');
		my ($with, $without) = map { commands($cookie, $_) } 'x' x 10, undef;

		is($with, $without, "$name, $workers: a fast body costs no command");
	}
}

sub commands {
	my ($cookie, $body) = @_;

	my $asked = $i->asked();
	my $held = $i->told()->begin('/needed', $i->options($cookie),
		body => $body);

	$held->answer();

	return $i->asked() - $asked;
}

###############################################################################
