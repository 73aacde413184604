#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The connection of a write has failed, and nobody knows whether it was carried
# out: what is as good twice as once is applied to the record as it is then, and
# an increment never is.

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

# of ngx_session_reason_e

use constant { CLOSED => 5, WRITE => 7 };

my $i = Test::Session::Memory->new(managers => { plain => '' });

$i->on('plain');

for my $reason (CLOSED .. WRITE) {
	for my $how (qw/ fail blind refuse /) {
		my $name = "$how, reason $reason";
		my $cookie = begun("set $how $reason");

		is(saved($cookie, 'X-Session-Set: a=2'), 'the store failed',
			"$name, twice: it fails");

		$cookie = begun("2 $how $reason");

		is(saved($cookie, 'X-Session-Set: a=2'), 'saved',
			"$name: a value is written again");
		is($i->state($cookie), 'HIT::2:', "$name: it is there");

		$cookie = begun("2 $how $reason");

		is(saved($cookie, 'X-Session-Incr: a'), 'the store failed',
			"$name: an increment fails");
		is($i->state($cookie), $how eq 'blind' ? 'HIT::2:' : 'HIT::1:',
			"$name: and did not happen twice");
	}
}

done_testing();

###############################################################################

# a session of which the script has this fault

sub begun {
	my ($fault) = @_;

	$i->faults();

	my $cookie = $i->sid('/set?a=1');

	$i->faults($fault);

	return $cookie;
}

# how the save of what an application says has ended

sub saved {
	my ($cookie, $line) = @_;

	my $slow = $i->slow('/slow/said', $cookie);

	$slow->say($line);

	return $i->saved($slow->end());
}

###############################################################################
