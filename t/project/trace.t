#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The module does what the model of the protocol does: the commands of real
# saves, as nginx's log of debug level tells them, are those of one request in
# docs/model, in their order and with their outcomes.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

BEGIN { $ENV{TEST_NGINX_LOG_LEVEL} = 'debug' }

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;
use Test::Session::Trace;

###############################################################################

plan(skip_all => 'nginx has no log of debug level')
	if !Test::Session->new()->has('--with-debug');

my $i = Test::Session::Identity->new(managers => {
	owned => 'subject user; cookie sid secure=off max_age=1h;',
	one   => 'subject user; max_sessions 1;',
	pair  => 'subject user; max_sessions 2;' });

my (@traces, @names, %save);

# of one request, nothing beside it

for my $way ([ 'owned', 'MAX=0' ], [ 'pair', 'MAX=2' ]) {
	my ($manager, $max) = @$way;

	trace("$manager: a login", $manager, "$max,WHAT=5",
		sub { $i->get('/login?u=ada', anonymous()) });
	trace("$manager: a new id", $manager, "$max,WHAT=4,OWNER=1",
		sub { $i->get('/move', ada()) });
	trace("$manager: a login under an old id", $manager,
		"$max,WHAT=5,REPLACED=1",
		sub { $i->get('/login?u=ada', replaced(anonymous())) });
	trace("$manager: a change under an old id", $manager,
		"$max,WHAT=1,OWNER=1,REPLACED=1",
		sub { $i->get('/other?b=2', replaced(ada())) });
	trace("$manager: a logout", $manager, "$max,WHAT=6,OWNER=1",
		sub { $i->get('/logout', ada()) });
	trace("$manager: a logout with an old id", $manager,
		"$max,WHAT=6,OWNER=1,REPLACED=1",
		sub { $i->get('/logout', replaced(ada())) });
	trace("$manager: all of a subject", $manager, "$max,WHAT=7,OWNER=1",
		sub { $i->get('/end', ada()) });
	trace("$manager: another user", $manager, "$max,WHAT=5,OWNER=2",
		sub { $i->get('/login?u=eve', ada()) });
}

trace('max_sessions', 'one', 'MAX=1,WHAT=8,OWNER=1',
	sub { ada(); return sub { $i->get('/login?u=ada') } });
trace('a cookie is signed again', 'owned', 'WHAT=3,OWNER=1',
	sub { $i->get('/read', $i->aged(ada(), 600)) }, 1);
trace('a change, and the cookie again', 'owned', 'WHAT=2,OWNER=1',
	sub { $i->get('/other?b=2', $i->aged(ada(), 600)) }, 1);

# one request is overtaken by another

for my $way ([ 'owned', 'MAX=0' ], [ 'pair', 'MAX=2' ]) {
	my ($manager, $max) = @$way;
	my @cases = (
		[ 'a change', '/slow/set?a=2', '/other?b=2', 'WHAT=1,BESIDE=1' ],
		[ 'a change', '/slow/set?a=2', '/move', 'WHAT=1,BESIDE=4' ],
		[ 'a change', '/slow/set?a=2', '/logout', 'WHAT=1,BESIDE=6' ],
		[ 'a new id', '/slow/moves?b=3', '/other?b=2', 'WHAT=4,BESIDE=1' ],
		[ 'a new id', '/slow/moves?b=3', '/move', 'WHAT=4,BESIDE=4' ],
		[ 'a new id', '/slow/moves?b=3', '/logout', 'WHAT=4,BESIDE=6' ],
		[ 'a login', '/slow/login?u=ada', '/move', 'WHAT=5,BESIDE=4' ],
		[ 'a logout', '/slow/logout', '/other?b=2', 'WHAT=6,BESIDE=1' ],
		[ 'a logout', '/slow/logout', '/move', 'WHAT=6,BESIDE=4' ],
		[ 'a logout', '/slow/logout', '/logout', 'WHAT=6,BESIDE=6' ],
		[ 'all of a subject', '/slow/end', '/move', 'WHAT=7,BESIDE=4' ],
	);

	for my $case (@cases) {
		my ($what, $slow, $beside, $switches) = @$case;

		trace("$manager: $what, overtaken by $beside", $manager,
			"$max,OWNER=1,$switches", sub { overtaken($slow, $beside) });
	}
}

my @admitted = Test::Session::Trace::admits(@traces);

for my $n (0 .. $#traces) {
	is($admitted[$n], 1, "$names[$n] is in the model")
		|| diag(Test::Session::Trace::words($save{$names[$n]}));
}

# what the module must not do is not in the model

my @faults = (
	fault('the marker is not written', 'owned: a login', sub { 0, 1, 3 .. $#_ }),
	fault('the marker is written first', 'owned: a login',
		sub { 0, 2, 1, 3 .. $#_ }),
	fault('the cookie goes out before the list is written', 'pair: a login',
		sub { 0 .. $#_ - 2, $#_, $#_ - 1 }),
	fault('the list is written before the marker', 'pair: a new id',
		sub { 0, 1, 3, 4, 2, 5 .. $#_ }),
	fault('a version is not read again',
		'owned: a change, overtaken by /other?b=2', sub { 0, 1, 3 .. $#_ }),
	fault('a logout does not follow the marker',
		'owned: a logout, overtaken by /move', sub { 0 .. 2, 4 .. $#_ }),
	fault('a new id of a session that is over stays',
		'owned: a new id, overtaken by /logout', sub { 0 .. $#_ - 1 }),
	fault('a login under an old id does not look whether it goes on',
		'owned: a login under an old id', sub { 0, 1, 3 .. $#_ }),
	fault('a login that was overtaken does not look whether it goes on',
		'owned: a login, overtaken by /move', sub { 0 .. 4, 6 .. $#_ }),
	fault('the record goes before the epoch changes',
		'owned: all of a subject', sub { 0, 3 .. $#_, 1, 2 }),
);

my @refused = Test::Session::Trace::admits(map { $_->[1] } @faults);

is($refused[$_], 0, "the model refuses: $faults[$_][0]") for 0 .. $#faults;

done_testing();

###############################################################################

sub anonymous { return $i->sid('/set?a=1') }
sub ada { return $i->sid('/login?u=ada', anonymous()) }

# an old id, and the session goes on

sub replaced {
	my ($cookie) = @_;

	$i->sid('/move', $cookie);

	return $cookie;
}

sub overtaken {
	my ($slow, $beside) = @_;

	my $cookie = ada();
	my $held = $i->slow($slow, $cookie);

	$i->get($beside, $cookie);

	return sub { $held->answer() };
}

# notes what the last save of the code does; the code may return what to do
# last

sub trace {
	my ($name, $manager, $switches, $code, $again) = @_;

	$i->on($manager)->mc()->flush();

	my $r = $code->();
	$r = $r->() if ref $r eq 'CODE';

	my $save = Test::Session::Trace::last_save($i->{t}->read_log());

	is($i->sent($r) ne '', ($again || $save->{sent}) ? 1 : '',
		"$name: the cookie is sent as the log says");

	push @traces, [ $switches, Test::Session::Trace::events($save, $again) ];
	push @names, $name;
	$save{$name} = $save;
}

# the events of a trace in another order, or less of them

sub fault {
	my ($what, $name, $order) = @_;

	my ($n) = grep { $names[$_] eq $name } 0 .. $#names;
	my ($switches, @events) = @{$traces[$n]};

	return [ $what, [ $switches, @events[$order->(@events)] ] ];
}

###############################################################################
