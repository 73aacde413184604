#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# As trace.t, for loads: what a look at a session finds, and what it is judged
# to be, is what a request in docs/model finds, with all that happens beside it;
# and then the request goes on with its save.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memory;
use Test::Session::Trace;

###############################################################################

plan(skip_all => 'nginx has no log of debug level')
	if !Test::Session->new()->has('--with-debug');

my $i = Test::Session::Memory->new(managers => {
	nobody => '',
	owned => 'subject user;',
	pair  => 'subject user; max_sessions 2;',
	one   => 'subject user; max_sessions 1;' });

my %switches = (nobody => 'MAX=0,OWNER=0', owned => 'MAX=0,OWNER=1',
	pair => 'MAX=2,OWNER=1', one => 'MAX=1,OWNER=1');
my @cases;    # name, 1 if the model admits it, trace

for my $manager (qw/ nobody owned pair /) {
	my $begin = $manager eq 'nobody' ? \&visitor : \&ada;

	trace('a hit', $manager, '', $begin);
	trace('a record that is lost', $manager, 'LOSES=1', $begin, 'get lose');
	trace('an id that was replaced', $manager, 'REPLACED=1',
		sub { moved(1, $begin->()) });
	trace('an id that was replaced twice', $manager, 'REPLACED=2',
		sub { moved(2, $begin->()) });
	trace('a session that has ended', $manager, 'BESIDE=6',
		sub { over('/logout', $begin->()) });
	trace('a get that fails', $manager, '', $begin, 'get fail 4');
	trace('a get of a newer id that fails', $manager, 'REPLACED=1',
		sub { moved(1, $begin->()) },
		$manager eq 'nobody' ? '2 fail 4' : '3 fail 4');
}

for my $manager (qw/ owned pair /) {
	trace('a list that is lost', $manager, 'LOSES=2', \&ada, 'get:~ lose');
	trace('both are lost', $manager, 'LOSES=3', \&ada, 'get lose');
	trace('a list that cannot be read', $manager, 'SERVERS=2', \&ada,
		'get:~ fail 4');
	trace('a session that was revoked', $manager, 'BESIDE=7',
		sub { my $one = ada(); over('/end', ada()); $one });
	trace('an id that was left', $manager, 'OWNER=2,BESIDE=5',
		sub { over('/login?u=eve', ada()) });
}

trace('a session that was pushed out', 'one', 'SERVERS=2,BESIDE=8',
	sub { my $one = ada(); ada(); $one });
trace('an id that was replaced and then pushed out', 'one',
	'SERVERS=2,BESIDE=8,REPLACED=1',
	sub { my $one = moved(1, ada()); ada(); $one });

# its list is read when it has moved, its record before

for my $manager (qw/ one pair /) {
	trace('a session that moves', $manager, 'SERVERS=2,BESIDE=4', \&ada,
		'1 hold', '/move');
}

# and a save after it

saves('a change', '/other?b=2', 'WHAT=1', \&ada);
saves('a new id', '/move', 'WHAT=4', \&ada);
saves('a login', '/login?u=ada', 'WHAT=5', \&ada);
saves('a logout with an old id', '/logout', 'WHAT=6,REPLACED=1',
	sub { moved(1, ada()) });

# what the module must not do is not in the model

fault('a missing record is good', 'MAX=0,LOSES=1', qw/ MISSING GOOD /);
fault('a marker is good', 'MAX=0,REPLACED=1', qw/ MARKER GOOD /);
fault('a newer id is not asked for', 'MAX=0,REPLACED=2', qw/ MARKER RECORD GOOD /);
fault('an id that was left answers', 'MAX=0,OWNER=2,BESIDE=5',
	qw/ MARKER RECORD GOOD /);
fault('a session is over for no reason', 'MAX=2', qw/ RECORD DEAD /);
fault('nobody\'s session is ended by a list', 'OWNER=0,LOSES=2',
	qw/ RECORD UNSURE /);
fault('a session without a place is over at once',
	'MAX=1,SERVERS=2,BESIDE=8', qw/ RECORD DEAD /);
fault('it is looked for again and again', 'MAX=1,SERVERS=2,BESIDE=8',
	qw/ RECORD UNLISTED RECORD UNLISTED RECORD DEAD /);
fault('a place is asked for that nobody needs', 'MAX=0,SERVERS=2',
	qw/ RECORD UNLISTED RECORD GOOD /);
fault('it goes on after a failure', 'MAX=0', qw/ UNREAD RECORD GOOD /);

my @found = Test::Session::Trace::admits(map { $_->[2] } @cases);

for my $n (0 .. $#cases) {
	my ($name, $admitted, $trace) = @{$cases[$n]};

	is($found[$n], $admitted, $name) || diag("@$trace");
}

done_testing();

###############################################################################

sub visitor { return $i->sid('/set?a=1') }
sub ada { return $i->sid('/login?u=ada', visitor()) }

# an old id of a session that goes on under another

sub moved {
	my ($times, $cookie) = @_;

	my $next = $cookie;
	$next = $i->sid('/move', $next) for 1 .. $times;

	return $cookie;
}

sub over {
	my ($uri, $cookie) = @_;

	$i->get($uri, $cookie);

	return $cookie;
}

# What a look finds, with the faults of a script: the request is held, if these
# say so, until another one is answered, and then the script is empty.

sub trace {
	my ($name, $manager, $switches, $begin, $fault, $other) = @_;

	$i->on($manager)->faults();
	my $cookie = $begin->();
	$i->faults($fault // ());

	my $from = length $i->{t}->read_log();

	if ($other) {
		my $held = $i->held('/read', $cookie);
		$i->get($other, $cookie);
		$i->faults();
		$i->ended($held);
	} else {
		$i->get('/read', $cookie);
	}

	my ($look) = Test::Session::Trace::looks(substr $i->{t}->read_log(), $from);

	push @cases, [ "$manager: $name: @$look", 1,
		[ "$switches{$manager},WHAT=9,$switches",
			Test::Session::Trace::look(@$look),
			$look->[-1] =~ /UNREAD|UNKNOWN/ ? ()
				: Test::Session::Trace::nothing() ] ];
}

# the same with the save that follows

sub saves {
	my ($name, $uri, $switches, $begin) = @_;

	$i->on('pair')->faults();
	my $cookie = $begin->();

	my $from = length $i->{t}->read_log();

	$i->get($uri, $cookie);

	my $log = substr $i->{t}->read_log(), $from;
	my ($look) = Test::Session::Trace::looks($log);
	my ($save) = Test::Session::Trace::saves($log);

	push @cases, [ "pair: $name from its load on: @$look", 1,
		[ "$switches{pair},$switches", Test::Session::Trace::look(@$look),
			Test::Session::Trace::events($save) ] ];
}

sub fault {
	my ($name, $switches, @words) = @_;

	$switches = "OWNER=1,$switches" if $switches !~ /OWNER/;

	push @cases, [ "the model refuses: $name", 0, [ "$switches,WHAT=9",
		Test::Session::Trace::look(@words), Test::Session::Trace::nothing() ] ];
}

###############################################################################
