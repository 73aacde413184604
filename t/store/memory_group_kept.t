#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Saves that are written together leave to the record what is not theirs: its
# client flags, its life where session_no_touch says so, and all bytes of one
# that is too long for the buffers which most values are made in.
#
# Faults of the source that this finds, put in by hand:
#
#     ngx_http_session_joins(): without reply.flags, or without reply.life
#     ngx_http_session_make_next(): without req->life
#     ngx_http_session_make_value(): drops both values first

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memory;

###############################################################################

# of an hour, s; of records that carry their subject

use constant { LIFE => 3600, BOUND => 0x80000000 };

my $i = Test::Session::Memory->new(managers => {
	plain => 'idle_timeout 1h; anonymous_timeout 1h;',
	few => 'subject user; max_sessions 3;' },
	server => 'location = /still { session_no_touch on;'
		. ' session_set b $arg_b; return 204; }');

# the flag of a session that somebody has logged in to

$i->on('few');

my $cookie = $i->sid('/login?u=ada', $i->sid('/set?a=1'));
my @sets = behind($cookie, '/set?a=2', '/set?a=3', '/other?b=4');

is(join(' ', map { $_->{flags} } @sets), join(' ', (BOUND) x 2),
	'the flag of a bound record stays');
is($i->state($cookie), 'HIT:ada:3:4', 'and both changes are there');

# the load of a request with session_no_touch leaves the life, and so does its
# save, with others like it or among those that are counted from now on

$i->on('plain');
$cookie = $i->sid('/set?a=1');

is(life($cookie, '/still?b=1', '/still?b=2', '/still?b=3'), 'left',
	'a life that nobody touches stays as it was');
is(life($cookie, '/still?b=1', '/still?b=2', '/set?a=3'), 'whole',
	'one is touched, and the record lives as long as then');
is(life($cookie, '/still?b=1', '/set?a=4', '/still?b=3'), 'whole',
	'also if it is not the last one');

# a record that is longer than what values are made in at first

my ($b, $user) = map { $_ x 7000 } 'b', 'u';

$cookie = $i->sid('/set?a=1');
$i->get($_, $cookie) for "/other?b=$b", "/user?u=$user";

for my $n (2 .. 4) {
	my @group = map { "/set?a=$n$_" } 1 .. $n;

	is(scalar(behind($cookie, '/set?a=0', @group)), 2,
		"$n saves of a long record are one write");
	ok($i->state($cookie) eq "HIT:$user:$n$n:$b", 'which has all of it');
}

done_testing();

###############################################################################

# The first request is held when it writes, the others wait behind it: the
# writes.

sub behind {
	my ($cookie, $first, @others) = @_;

	$i->faults('set hold');

	my $held = $i->held($first, $cookie);
	my @begun = map { $i->behind($_, $cookie) } @others;

	$i->faults();
	$i->ended($_) for $held, @begun;

	return grep { $_->{verb} eq 'set' } $i->trace();
}

# what the last write leaves, when a second of the record's life is over

sub life {
	select undef, undef, undef, 1.1;

	my $life = (behind(@_))[-1]->{life};

	return $life == LIFE ? 'whole'
		: $life < LIFE && $life > LIFE - 600 ? 'left' : $life;
}

###############################################################################
