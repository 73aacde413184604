#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# As trace.t, for saves that are written together: the commands of one that was
# taken along are those of a request in docs/model beside one that writes the
# same record, and cannot be those of a request alone.

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
	owned => 'subject user; cookie sid secure=off max_age=1h;',
	pair  => 'subject user; max_sessions 2;' });

my (@names, @alone, @beside, %words);
my $users = 0;

# changes of one session: the first one is held as it writes, of those that wait
# for it one reads, and takes the other one along

for my $manager (qw/ owned pair /) {
	$i->on($manager);

	for my $age (0, $manager eq 'owned' ? 600 : ()) {
		my $cookie = $i->sid('/login?u=u' . ++$users);

		$cookie = $i->aged($cookie, $age) if $age;

		my @log = together('set hold', [ '/set?a=1', $cookie ],
			[ '/set?a=2', $cookie ], [ '/other?b=2', $cookie ]);

		my $what = $age ? 'WHAT=2' : 'WHAT=1';
		my $also = $age ? ', and the cookie again' : '';

		trace("$manager: a change that waits$also", $manager,
			"$what,BESIDE=1,OWNER=1", $log[1], $age);
		trace("$manager: a change that is taken along$also", $manager,
			"$what,BESIDE=1,OWNER=1", $log[2], $age);
	}
}

# the list of a subject: a login is held as it reads it

$i->on('pair');

for my $case (
	[ 'a login', '/login?u=', 8, '' ],
	[ 'a new id', '/move?u=', 4, 'same' ],
	[ 'a login again', '/login?u=', 5, 'same' ],
	[ 'a login of another', '/login?u=', 5, 'other' ],
	[ 'a logout', '/logout?u=', 6, 'same' ],
	[ 'all of a subject', '/end?u=', 7, 'same' ],
) {
	my ($what, $uri, $number, $whose) = @$case;
	my $user = 'u' . ++$users;
	my $owner = $whose eq 'other' ? 2 : 1;

	my $cookie = $i->sid("/login?u=$user");

	$cookie = $whose eq '' ? '' : $whose eq 'same' ? $cookie
		: $i->sid("/login?u=x$user");

	my @log = together('2 hold', [ "/login?u=$user", '' ],
		[ "$uri$user", $cookie ]);

	trace("pair: $what, its list taken along", 'pair',
		"WHAT=$number,BESIDE=8,OWNER=$owner", $log[1]);
}

my @admitted = Test::Session::Trace::admits(@beside);
my @refused = Test::Session::Trace::admits(@alone);

for my $n (0 .. $#names) {
	is($admitted[$n], 1, "$names[$n] is in the model") || diag($words{$names[$n]});
	is($refused[$n], 0, "$names[$n]: it is not that of a request alone")
		if $names[$n] =~ /list/;
}

done_testing();

###############################################################################

# The saves of requests, [ uri, cookie ], of which the script holds the first
# one until all others wait.

sub together {
	my ($hold, @requests) = @_;

	my $before = length $i->{t}->read_log();
	my $waiting = waiting();
	my @begun;

	$i->faults($hold);

	for my $n (0 .. $#requests) {
		push @begun, $i->begin(@{$requests[$n]});

		wait_until { $n == 0 ? grep { $_->{outcome} eq 'HELD' } $i->trace()
			: waiting() == $waiting + $n }
			or die "number $n does not wait\n";
	}

	$i->faults();
	$i->ended($_) for @begun;

	return Test::Session::Trace::saves(substr $i->{t}->read_log(), $before);
}

sub waiting { return $i->{t}->log_count(qr/waits for its turn/) }

sub trace {
	my ($name, $manager, $switches, $save, $again) = @_;

	my @events = Test::Session::Trace::events($save, $again);

	$switches = ($manager eq 'pair' ? 'MAX=2,' : 'MAX=0,') . $switches;

	push @names, $name;
	push @beside, [ $switches, @events ];
	push @alone, [ $switches =~ s/BESIDE=\d/BESIDE=0/r, @events ];
	$words{$name} = Test::Session::Trace::words($save);
}

###############################################################################
