#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A new id is drawn until the server of its key is up, and not for ever.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memory;

###############################################################################

# NGX_HTTP_SESSION_DRAWS

use constant DRAWS => 64;

my $i = Test::Session::Memory->new(managers => { one => '' });

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
	$i->faults('add crash 1');
	is($i->sid($uri, $cookie), '', "$uri: two servers are found down");
	is(added(), 'FAILED FAILED', 'the request asks no third one');

	$cookie = begun($uri);
	$i->faults('add fail 1');
	is($i->sid($uri, $cookie), '', "$uri: its server is up, and fails");
	is(added(), 'FAILED', 'the request asks no other one');
}

done_testing();

###############################################################################

# the session that a request has

sub begun {
	my ($uri) = @_;

	$i->faults();

	return $uri =~ /set/ ? '' : $i->sid('/set?a=1');
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
