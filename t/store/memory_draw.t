#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A new id is drawn until the server of its key is up, and not for ever; another
# one where it is not known whether the record of the first one was written.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::HTTP;
use Test::Session::Memory;

###############################################################################

# NGX_HTTP_SESSION_DRAWS

use constant DRAWS => 64;

# of ngx_session_reason_e

use constant { TIMEOUT => 4, CLOSED => 5, WRITE => 7 };

my $i = Test::Session::Memory->new(managers => { one => '',
	owned => 'subject user;' });

$i->on('one');

for my $uri ('/set?a=1', '/move', '/login?u=Ada') {
	my ($drawn, $down) = (0, 0);

	# half of the keys have no such letter

	for (1 .. 40) {
		my $cookie = begun($uri);

		$i->faults('server:a down');

		$down++ if $i->key($i->sid($uri, $cookie)) =~ /:.*a/;
		$drawn += downs();
	}

	is($down, 0, "$uri: no new id belongs to a server that is down");
	cmp_ok($drawn, '>', 0, 'some that were drawn did');

	my $cookie = begun($uri);

	$i->faults('server down');
	like($i->sid($uri, $cookie), qr/^sid=/, 'all are down: the last one counts');
	is(downs(), DRAWS - 1, 'of so many that were drawn');
}

# the add itself finds the server down

my %adds = ('/set?a=1' => 1, '/move' => 2, '/login?u=Ada' => 2);

for my $uri (sort keys %adds) {
	my $cookie = begun($uri);

	$i->faults("$adds{$uri} crash 1");
	$cookie = $i->sid($uri, $cookie);
	is(added(), 'FAILED DONE', "$uri: a server is found down, another one is up");

	$i->faults();
	like($i->state($cookie), qr/^HIT:/, 'where the session is found');

	$cookie = begun($uri);
	$i->faults("$adds{$uri} crash " . TIMEOUT);
	like($i->sid($uri, $cookie), qr/^sid=/, "$uri: a server falls silent");
	is(added(), 'FAILED DONE', 'another one is asked');

	$cookie = begun($uri);
	$i->faults("$adds{$uri} over");
	is($i->sid($uri, $cookie), '', "$uri: a server takes all of the time");
	is(added(), 'DONE', 'no other one is asked');

	$cookie = begun($uri);
	$i->faults('add crash 1');
	is($i->sid($uri, $cookie), '', "$uri: two servers are found down");
	is(added(), 'FAILED FAILED', 'the request asks no third one');

	$cookie = begun($uri);
	$i->faults('add fail 1');
	is($i->sid($uri, $cookie), '', "$uri: its server is up, and fails");
	is(added(), 'FAILED', 'the request asks no other one');

	unknown($uri, $adds{$uri});
	gone($uri, $adds{$uri});
}

# the list of a subject has one key alone: it is looked at, and made anew

$i->on('owned');

for my $how (qw/ fail blind /) {
	for my $reason (CLOSED .. WRITE) {
		$i->faults("3 $how $reason");

		my $cookie = $i->sid("/login?u=$how$reason");
		is(lists(), $how eq 'fail' ? 'get:MISSING add:FAILED get:MISSING '
			. 'add:DONE' : 'get:MISSING add:FAILED get:DONE',
			"$how $reason of the list of a subject: it is looked at");

		$i->faults();
		like($i->state($cookie), qr/^HIT:$how/, 'the session is bound');
	}
}

done_testing();

###############################################################################

# the session that a request has

sub begun {
	my ($uri) = @_;

	$i->faults();

	return $uri =~ /set/ ? '' : $i->sid('/set?a=1');
}

# the connection of an add has failed, its record may be there or may yet be

sub unknown {
	my ($uri, $n) = @_;

	for my $reason (CLOSED .. WRITE) {
		for my $how (qw/ fail blind refuse /) {
			my $cookie = begun($uri);

			$i->faults("$n $how $reason");
			$cookie = $i->sid($uri, $cookie);
			is(added(), $how eq 'refuse' ? 'DONE' : 'FAILED DONE',
				"$uri: $how $reason: another id is drawn");

			$i->faults();
			like($i->state($cookie), qr/^HIT:/, 'its session is found');

			$cookie = begun($uri);
			$i->faults("add $how $reason");
			is($i->sid($uri, $cookie), '', "$uri: $how $reason twice");
			is(added(), $how eq 'refuse' ? '' : 'FAILED FAILED',
				'the request tries no third time');
		}
	}
}

# nobody waits for a cookie any more, and what was loaded is gone

sub gone {
	my ($uri, $n) = @_;

	my $cookie = begun($uri);
	my %options = $i->options($cookie);

	$i->faults("$n hold " . TIMEOUT);

	my $client = http_start(http_request($uri, %options), %options);
	wait_until { grep { $_->{outcome} eq 'HELD' } $i->trace() };

	my $left = qr/session response: .*\(HELD_SAVE END/;
	my $before = $i->{t}->log_count($left);
	http_abort($client);
	$i->{t}->wait_for_log($left, count => $before + 1);

	$i->faults();
	wait_until { added() };
	$i->state('');
	is(added(), 'FAILED', "$uri: a request that is gone draws no other id");
}

# what was asked of a subject's list

sub lists {
	return join ' ', map { "$_->{verb}:$_->{outcome}" }
		grep { $_->{key} =~ /~/ } $i->trace();
}

# how its adds ended

sub added {
	return join ' ', map { $_->{outcome} } grep { $_->{verb} eq 'add' }
		$i->trace();
}

sub downs {
	return scalar grep { $_->{outcome} eq 'DOWN' } $i->trace();
}

###############################################################################
