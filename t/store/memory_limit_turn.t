#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Saves of one record take turns, and are written together: each waits for no
# longer than its own request may.
#
# Faults of the source that this finds, put in by hand:
#
#     ngx_http_session_turn(): without a timer
#     ngx_http_session_make_next(): the limit is that of the first one
#     ngx_http_session_write(): without a timer

###############################################################################

use warnings;
use strict;

use FindBin;
use IO::Select;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memory;

###############################################################################

my $i = Test::Session::Memory->new(managers => { plain => '' });

# the load of a request leaves a second for its save

my $most = 'spend ' . ($i->PATIENCE_MS - 1000);

# one waits for its turn behind another one, whose write has no answer

my $cookie = visitor();

$i->faults('2 hold', "3 $most");

my $first = $i->held('/set?a=2', $cookie);
my $second = $i->begin('/other?b=2', $cookie);

ok(answered($second), 'who waits for its turn does not wait for ever');
is(words($i->ended($second)), 'store', 'its changes are not saved');
ok(!answered($first, 0), 'the other one waits still');

$i->faults();
is(words($i->ended($first)), 'saved', 'and has all of its time');
is($i->state($cookie), 'HIT::2:', 'its change is there');

# of those that are written together each has its own time

for my $short (3, 4) {
	my ($cookie, @group) = group($short);
	my ($over, $other) = $short == 3 ? @group : reverse @group;

	ok(answered($over), "number $short: its time is over, the write has no answer");
	is(words($i->ended($over)), 'store', 'it is told so');
	ok(!answered($other, 0), 'the other one waits still');

	$i->faults();
	is(words($i->ended($other)), 'saved', 'and is saved by the same write');
	like($i->state($cookie), $short == 3 ? qr/:2$/ : qr/^HIT::3:/,
		'its change is there');
}

done_testing();

###############################################################################

sub visitor { $i->faults(); return $i->sid('/set?a=1') }

sub words {
	my ($r) = @_;

	my $saved = $i->saved($r);

	return $saved =~ /store/ ? 'store' : $saved;
}

sub answered {
	my ($begun, $seconds) = @_;

	return scalar IO::Select->new($begun->[0])->can_read($seconds // 20);
}

# two saves behind one whose write is held, and then in one write, which is
# held, too: the number of the one that has a second left

sub group {
	my ($short) = @_;

	my $cookie = visitor();

	$i->faults('2 hold', "$short $most");

	my $held = $i->held('/set?a=2', $cookie);
	my @group = map { $i->behind($_, $cookie) } '/set?a=3', '/other?b=2';

	$i->faults('2 hold');
	$i->ended($held);
	wait_until { grep { $_->{outcome} eq 'HELD' } $i->trace() };

	return ($cookie, @group);
}

###############################################################################
