#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A request waits for the store for as long as the store says, for all of its
# operations together: what is begun, and what is not, when the time is over.
#
# Faults of the source that this finds, put in by hand:
#
#     ngx_http_session_wait_limit(): what was waited before does not count
#     ngx_http_session_moved(): no time is added
#     ngx_http_session_goes_on(): never
#     ngx_http_session_waits(): always, or what may_wait says

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;
use Time::HiRes qw/ time /;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::HTTP;
use Test::Session::Memory;

###############################################################################

my $i = Test::Session::Memory->new(managers => { plain => '',
	few => 'subject user; max_sessions 3;' });

# all of the time; less than half of it; all but a second

my $all = 'spend ' . $i->PATIENCE_MS;
my $less = 'spend ' . ($i->PATIENCE_MS / 2 - 1000);
my $most = 'spend ' . ($i->PATIENCE_MS - 1000);

$i->on('few');

# the time of the load counts, and of each operation of the save

is(did('/login?u=ada', visitor(), "1 $all"), 'store: get',
	'the load took all of the time: the save begins nothing');
is(did('/set?a=2', visitor(), "1 $most"), 'saved: get set', 'a second is enough');
is(did('/login?u=ada', visitor(), '1 over'), 'store: get',
	'the load has no answer in time: no session begins in its place');
is(did('/login?u=ada', '', "1 $all"), 'store: add',
	'a new session has its record, and no time for its list: no cookie');

# nobody waits for a change with session_save async: it has a time of its own

is(did('/async/set?a=2', visitor(), "1 $all"), 'saved: get set',
	'the load took all of the time, and the change is saved');
is(did('/async/logout', visitor(), "1 $all"), 'store: get get delete',
	'an end is waited for, and goes on alone');

# behind the marker of the old id there is no way back: as much time again

my $cookie = visitor();

is(did('/login?u=ada', $cookie, "2 $all"), 'saved: get add set get add get',
	'the time is over when a login leaves its old id: it goes on');

$cookie = visitor();
is(did('/login?u=ada', $cookie, "2 $all", "4 $most"),
	'saved: get add set get set get', 'a second is left of this, too');

$cookie = visitor();
is(did('/login?u=ada', $cookie, "4 $all"), 'store: get add set get',
	'nothing is left of it: no cookie');
is($i->state($cookie), 'HIT::1:', 'the old id answers in its grace');

$cookie = visitor();
is(did('/login?u=ada', $cookie, '3 over'), 'store: get add set',
	'the marker of the old id has no answer in time: it is not asked for');
is($i->state($cookie), 'HIT::1:', 'the old id answers in its grace');

# what nobody knows of is deleted all the same

is(did('/login?u=ada', visitor(), '3 lose', '4 over'), 'gone: get add set delete delete',
	'the session is over, and the new id is taken back, without the request');

# an end goes on without the request, also where a part of it was done

for my $fault ('2 over', "2 $all", '3 over') {
	$cookie = $i->sid('/login?u=ada', visitor());

	like(did('/logout', $cookie, $fault), qr/^store: get get /,
		"$fault: a logout is told to have failed");
	unlike($i->state($cookie), qr/^HIT/, 'the session ends');
}

# it was carried out: that the list of the subject has it still is no failure

for my $fault ("3 $all", '4 over', "4 $all", '5 over') {
	$cookie = $i->sid('/login?u=ada', visitor());

	like(did('/logout', $cookie, $fault), qr/^saved: /, "$fault: a logout");
	unlike($i->state($cookie), qr/^HIT/, 'the session ends');
}

for my $fault ((map { ("$_ over", "$_ $all") } 3 .. 5), '6 over') {
	like(revoked($fault), qr/^store: /, "$fault: a revocation is told to have failed");
}

for my $fault ("6 $all", '7 over') {
	like(revoked($fault), qr/^saved: /, "$fault: a revocation was carried out");
}

# the look after a slow body

$i->on('plain');
is(late("2 $less"), '200: get get set', 'a session is looked at again');
is(late("2 $all"), '503: get get', 'this took all of the time: its save begins nothing');

done_testing();

###############################################################################

sub visitor { $i->faults(); return $i->sid('/set?a=1') }

# how a revocation of three sessions is told, whatever happens to it

sub revoked {
	my ($fault) = @_;

	my @cookies = map { $i->sid('/login?u=eve', visitor()) } 1 .. 3;
	my $did = did('/end', $cookies[0], $fault);

	unlike($i->states(@cookies), qr/HIT/, 'all sessions of the subject end');

	return $did;
}

# how the save of a request ended, and its operations

sub did {
	my ($uri, $cookie, @faults) = @_;

	$i->faults(@faults);

	my $r = $i->get($uri, $cookie);
	my $words = words($r);

	$i->get('/read');

	$words = 'a cookie' if $i->sent($r) && $words ne 'saved';

	return "$words: " . ops();
}

sub ops {
	my @ops = map { $_->{verb} } $i->trace();

	$i->faults();

	return "@ops";
}

sub words {
	my ($r) = @_;

	my $saved = $i->saved($r);

	return $saved =~ /store/ ? 'store' : $saved =~ /destroyed/ ? 'gone'
		: $saved;
}

# the status of a request whose body comes more than a second after its load

sub late {
	my ($fault) = @_;

	my $cookie = visitor();
	$i->faults($fault);

	my $client = http_start("POST /slow/set?a=2 HTTP/1.1\r\nHost: localhost\r\n"
		. "Cookie: $cookie\r\nContent-Length: 8\r\nConnection: close\r\n\r\nthe ",
		port => port('plain'));

	wait_until { $i->trace() };

	my $from = time();
	wait_until { time() - $from > 1.2 };
	print $client 'body';

	my $status = $i->told()->take($client)->answer()->status();

	return "$status: " . ops();
}

###############################################################################
