#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Bursts of parallel requests of one session with its end among them, in two
# workers: when all have been answered, no cookie opens it (rule 5), and of a
# subject no more sessions are left than may be.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

use constant ROUNDS => 25;

my $i = Test::Session::Identity->new();
my $seed = $ENV{TEST_SEED} // time();

srand($seed);
note("TEST_SEED=$seed");

$i->workers(2);

for my $name ($i->names()) {
	$i->on($name);

	ends($name, 0);
	ends($name, 1);
	places($name) if $i->has('max_sessions');
}

done_testing();

###############################################################################

# all at once, in that order; the responses

sub at_once {
	my ($cookie, @uris) = @_;

	my @clients = map { http_start(http_request($_, close => 1,
		$i->options($cookie)), port => port($i->{name})) } @uris;

	return map { http_end($_) } @clients;
}

sub one_of { return $_[rand @_] }

# saves, new ids and one end

sub ends {
	my ($name, $old_cookie) = @_;

	my @open;

	for my $n (1 .. ROUNDS) {
		my $cookie = $i->sid("/login?u=u$n", $i->sid('/set?a=1'));
		my @known = ($cookie);

		# half of the rounds with an id that was replaced a moment ago

		push @known, $i->sid('/move', $cookie) if $old_cookie;

		my @uris = map { one_of('/set?a=2', '/other?b=2', '/move', '/moves?b=1',
			'/async/set?a=3', '/none', '/clear?u=' . "u$n") } 1 .. 9;
		my $end = $i->has('subject') ? one_of('/logout', '/end') : '/logout';

		@uris = grep { !/clear/ } @uris if !$i->has('subject');
		splice @uris, rand(@uris + 1), 0, $end;
		push @known, map { $i->sent($_) } at_once($cookie, @uris);

		# a login that came after the end is one of its own, and has no data

		my $fresh = grep { /clear/ } @uris;
		my @good = grep { $_ ne '' && $i->state($_) =~ ($fresh
			? qr/:u$n:1:/ : qr/:u$n:/) } @known;

		push @open, "round $n, @uris;" if @good;
	}

	is("@open", '', "$name, $old_cookie: no session outlives its end");
}

# logins, new ids and logouts of one subject

sub places {
	my ($name) = @_;

	my (@many, @few);

	for my $n (1 .. ROUNDS) {
		my @known = map { $i->sid("/login?u=p$n") } 1 .. 3;
		my @uris = map { one_of("/login?u=p$n", '/move', "/clear?u=p$n",
			'/moves?b=1') } 1 .. 8;
		my @clients = map { http_start(http_request($_, close => 1,
			$i->options(one_of(@known, ''))), port => port($name)) } @uris;

		push @known, map { $i->sent(http_end($_)) } @clients;

		my @live = grep { $_ =~ /"p$n"/ } map { $i->mc()->get($i->key($_)) // '' }
			grep { $i->state($_) =~ /^HIT/ } grep { $_ ne '' } @known;

		# ids that were replaced answer, but have no record of their own

		my @sessions = grep { !/^moved / } @live;
		push @many, $n if @sessions > 3;
		push @few, $n if @sessions < 1;
	}

	is("@many", '', "$name: no more sessions than may be");
	is("@few", '', "$name: and some");
}

###############################################################################
