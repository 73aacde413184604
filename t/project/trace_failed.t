#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# As trace.t, for saves of which a command fails: it was not carried out, or it
# was and the answer is lost, or it could not be sent.  In docs/model a request
# stops there, or goes on as a time-out lets it.

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

# of a command that may be repeated, and of another one; behind a TIMEOUT the
# request has stopped, and its end goes on alone: memory_limit.t

use constant { CLOSED => 5, PROTOCOL => 8 };

plan(skip_all => 'nginx has no log of debug level')
	if !Test::Session->new()->has('--with-debug');

my $cookie = 'cookie sid secure=off max_age=1h;';
my $i = Test::Session::Memory->new(managers => {
	owned => "$cookie subject user;",
	pair  => "$cookie subject user; max_sessions 2;" });

# what begins, the request, switches of the model; %U% is another user each time

my %cases = (
	'a new session' => [ sub { '' }, '/set?a=2', 'WHAT=11,OWNER=0' ],
	'a change' => [ \&user, '/other?b=2', 'WHAT=1' ],
	'a change, and the cookie again' => [ \&aged, '/other?b=2', 'WHAT=2' ],
	'a cookie that is signed again' => [ \&aged, '/read', 'WHAT=3' ],
	'a new id' => [ \&user, '/moves?b=2', 'WHAT=4' ],
	'a login' => [ \&visitor, '/login?u=%U%', 'WHAT=5,OWNER=0' ],
	'a login again' => [ \&user, '/login?u=%U%', 'WHAT=5' ],
	'another user' => [ \&user, '/user?u=x%U%', 'WHAT=5,OWNER=2' ],
	'nobody' => [ \&user, '/nobody', 'WHAT=10' ],
	'a logout' => [ \&user, '/logout', 'WHAT=6' ],
	'all of a subject' => [ \&user, '/end', 'WHAT=7' ],
	'a change under an old id' => [ \&replaced, '/other?b=2',
		'WHAT=1,REPLACED=1' ],
	'a login under an old id' => [ \&replaced, '/login?u=%U%',
		'WHAT=5,REPLACED=1' ],
	'a logout with an old id' => [ \&replaced, '/logout',
		'WHAT=6,REPLACED=1' ],
);

my @traces;    # name, 1 if the model admits it, events
my (%seen, %steps);
my $users = 0;

for my $manager ($i->names()) {
	$i->on($manager);

	for my $name (sort keys %cases) {
		my @steps = @{save($name)->{steps}};
		my @ops = $i->trace();

		for my $op (@ops[-@steps .. -1]) {
			for my $failure ($i->failures_of($op)) {
				trace($name, "$op->{n} $failure $_") for PROTOCOL, CLOSED;
			}
		}
	}
}

# steps that only another request makes necessary, or a record that is lost

trace('a new id', "$_ fail " . PROTOCOL, '4 clash', 'BESIDE=1') for 5, 6;
trace('a new id', '5 fail ' . PROTOCOL, '4 lose', 'LOSES=1');
trace('a new id', 'delete fail ' . PROTOCOL, '4 hold', 'BESIDE=4');
trace('all of a subject', "4 $_ 5", '3 lose', 'LOSES=2') for qw/ fail blind /;

is(join(' ', grep { !$steps{$_} } Test::Session::Trace::names()), '',
	'each step has failed');

# what the module must not do is not in the model

my @begun = ('MOVE', 'MOVE DONE', 'LEAVE DONE');

refused('a new record fails, and the old one leads to it', 'a login again',
	'MOVE', 'MOVE FAILED', 'LEAVE DONE', 'BIND_READ DONE', 'BIND_WRITE DONE');
refused('a marker fails, and the login goes on', 'a login again', 'MOVE',
	'MOVE DONE', 'LEAVE FAILED', 'BIND_READ DONE', 'BIND_WRITE DONE');
refused('a list is not read, and the cookie goes out', 'a login again', @begun,
	'BIND_READ FAILED', 'SENT');
refused('a list is not written, and the cookie goes out', 'a login again',
	@begun, 'BIND_READ DONE', 'BIND_WRITE FAILED', 'SENT');
refused('a list is not read, and the session is over', 'a login again', @begun,
	'BIND_READ FAILED', 'UNDO DONE');
refused('nobody knows whether the session goes on', 'a login under an old id',
	'OWN', 'OWN DONE', 'FOLLOW FAILED', 'BIND_READ DONE', 'BIND_WRITE DONE');
refused('a change fails, and is written unread', 'a change', 'CHANGE',
	'UPDATE FAILED', 'UPDATE DONE');
refused('a list is not read, and the cookie is signed again',
	'a change, and the cookie again', 'RENEW', 'UPDATE DONE',
	'CONFIRM_SUBJECT FAILED', 'AGAIN');
refused('a logout fails, and goes on', 'a logout', 'DESTROY', 'DESTROY FAILED',
	'DROP_READ DONE', 'DROP_WRITE DONE');
refused('an epoch fails, and the record is deleted', 'all of a subject',
	'REVOKE', 'REVOKE_READ DONE', 'REVOKE_WRITE FAILED', 'DESTROY_READ DONE',
	'DESTROY DONE');

my @admitted = Test::Session::Trace::admits(map { $_->[2] } @traces);

for my $n (0 .. $#traces) {
	my ($name, $expected, $trace) = @{$traces[$n]};

	is($admitted[$n], $expected, $name) || diag("@$trace");
}

done_testing();

###############################################################################

sub visitor { return $i->sid('/set?a=1') }
sub user { return $i->sid("/login?u=$users", visitor()) }
sub aged { return $i->aged(user(), 600) }

sub replaced { my $old = user(); $i->sid('/move', $old); return $old }

# The save of a case, with the faults of a script, as a trace.  The first one
# may hold it until another request has moved the session.

sub trace {
	my ($name, $fault, $first, $more) = @_;

	my $save = save($name, grep { defined } $first, $fault);
	my $trace = trace_of($name, $save, $more);

	$steps{$_->[0]} = 1 for grep { $_->[1] eq 'FAILED' } @{$save->{steps}};

	push @traces, [ "$i->{name}: $name: "
		. Test::Session::Trace::words($save), 1, $trace ]
		if !$seen{"@$trace"}++;
}

sub refused {
	my ($what, $name, $goal, @steps) = @_;

	my $save = { goal => $goal, sent => scalar grep({ /^SENT$/ } @steps),
		again => scalar grep({ /^AGAIN$/ } @steps),
		steps => [ map { [ split ] } grep { / / } @steps ] };

	push @traces, [ "the model refuses: $what", 0, trace_of($name, $save) ];
}

sub trace_of {
	my ($name, $save, $more) = @_;

	my $max = $i->{name} eq 'pair' ? 2 : 0;

	return [ join(',', "MAX=$max,OWNER=1,timeouts=1", $cases{$name}[2],
		grep { defined } $more),
		Test::Session::Trace::events($save, $save->{again}) ];
}

sub save {
	my ($name, @faults) = @_;

	my ($begin, $uri) = @{$cases{$name}};

	$users++;
	$uri =~ s/%U%/$users/;
	$i->faults();
	my $old = $begin->();
	$i->faults(@faults);

	my $from = length $i->{t}->read_log();
	my $r;

	if ("@faults" =~ /hold/) {
		my $held = $i->held($uri, $old);
		$i->get('/move', $old);
		$i->faults(@faults[1 .. $#faults]);
		$r = $i->ended($held);
	} else {
		$r = $i->get($uri, $old);
	}

	my ($save) = Test::Session::Trace::saves(substr $i->{t}->read_log(), $from);

	$save->{again} = $i->sent($r) ne '' && !$save->{sent};

	return $save;
}

###############################################################################
