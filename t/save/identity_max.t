#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# max_sessions: a new id takes the place of the one before, whatever the order,
# and neither list nor what is left of an id is cut by max_size (rules 1 and 5).

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

my $i = Test::Session::Identity->new(managers => {
	two   => 'subject user; max_sessions 2;',
	two0  => 'subject user; max_sessions 2; regenerate_grace 0;',
	three => 'subject user; max_sessions 3; regenerate_grace 5m;',
	many  => 'subject user; max_sessions 100; max_size 1k;',
	small => 'max_size 1k; regenerate_grace 60s;',
	large => 'regenerate_grace 60s;' });

$i->each_way(\&in_place, qw/ two two0 three /);
$i->each_way(\&thief, qw/ two two0 three /);
$i->each_way(\&of_the_chain, 'three');
$i->each_way(\&own_ids, 'three');
$i->each_way(\&passed_on, qw/ two two0 three /);
$i->each_way(\&quiet, qw/ two two0 three /);
$i->each_way(\&long_list, 'many');
$i->each_way(\&long_record, 'small');
$i->each_way(\&longest, 'large');

done_testing();

###############################################################################

sub logins { return map { $i->sid('/login?u=ada') } 1 .. $_[0] }
sub max { return $i->{name} =~ /two/ ? 2 : 3 }

# the oldest session stays the oldest with its new ids

sub in_place {
	my ($name) = @_;

	for my $change ('/move', '/login?u=ada', '/clear?u=ada') {
		my @sessions = logins(max());
		my $new = $sessions[0];

		$new = $i->sid($change, $new) for 1 .. 4;
		is($i->states($new, @sessions[1 .. $#sessions]),
			join(' ', ('HIT:ada::') x max()),
			"$name: $change four times takes no place");

		my $last = $i->sid('/login?u=ada');
		is($i->states($new, @sessions[1 .. $#sessions], $last),
			join(' ', 'EXPIRED:::', ('HIT:ada::') x max()),
			"$name: after $change the oldest leaves, which it is");
	}
}

# who changes the id again and again pushes nobody out

sub thief {
	my ($name) = @_;

	my ($stolen, @others) = logins(max());

	for my $n (1 .. 3) {
		$stolen = $i->sid('/move', $stolen) for 1 .. 3;
		my $again = $i->sid('/login?u=ada', $others[-1]);
		is($i->state($again), 'HIT:ada::', "$name: login $n of the owner");
		$others[-1] = $again;
	}

	is($i->states($stolen, @others), join(' ', ('HIT:ada::') x max()),
		"$name: all places are as they were");
}

# it is an id of the chain that is listed, not the one of the cookie

sub of_the_chain {
	my ($name) = @_;

	my $old = $i->sid('/login?u=ada');
	my $second = $i->sid('/move', $old);
	my $third = $i->sid('/move', $second);

	is($i->states($old, $second, $third), join(' ', ('HIT:ada::') x 3),
		"$name: all ids of the session answer");

	my @own = map { $i->sid('/login?u=ada', $_) } $old, $second;
	is($i->states(@own), 'HIT:ada:: HIT:ada::',
		"$name: a login under an id that is not listed any more");

	my @more = logins(3);
	is($i->states($old, $second, $third, @more), join(' ',
		('EXPIRED:::') x 3, ('HIT:ada::') x 3), "$name: until it is pushed out");
}

# a login under an old id is another session, and takes a place

sub own_ids {
	my ($name) = @_;

	my $old = $i->sid('/login?u=ada');
	my $new = $i->sid('/move', $old);
	my @own = map { $i->sid('/login?u=ada', $old) } 1 .. 2;

	is($i->states($new, @own), join(' ', ('HIT:ada::') x 3),
		"$name: three sessions that began as one");

	my $fourth = $i->sid('/login?u=ada', $old);
	is($i->states($new, @own, $fourth),
		join(' ', 'EXPIRED:::', ('HIT:ada::') x 3), "$name: the oldest goes");
}

# who leaves makes room

sub passed_on {
	my ($name) = @_;

	for my $leave ('/user?u=eve', '/nobody', '/logout') {
		my @sessions = logins(max());
		$i->get($leave, $sessions[-1]);
		my $last = $i->sid('/login?u=ada');

		is($i->states(@sessions[0 .. max() - 2], $last),
			join(' ', ('HIT:ada::') x max()), "$name: $leave makes room");
		$i->get('/end', $last);
	}
}

# however many begin at once, no more are left

sub quiet {
	my ($name) = @_;

	my @slow = map { $i->slow('/slow/login?u=ada') } 1 .. 8;
	my @cookies = map { $i->sent($_->answer()) } @slow;
	my $n = grep { $i->state($_) =~ /^HIT/ } @cookies;
	is($n, max(), "$name: as many as may be, of eight at once");
}

###############################################################################

# the record of the subject may be longer than a session

sub long_list {
	my ($name) = @_;

	my @sessions = logins(40);
	is(scalar(grep { $i->state($_) eq 'HIT:ada::' } @sessions), 40,
		"$name: forty sessions of one subject are good");
	is($i->state($i->sid('/move', $sessions[0])), 'HIT:ada::',
		"$name: one of them may move");
	$i->get('/end', $sessions[-1]);
	is(scalar(grep { /^HIT/ } map { $i->state($_) } @sessions), 0,
		"$name: and all of them end");
}

# what is left under an old id may be longer than a record

sub long_record {
	my ($name) = @_;

	for my $length (900, 960, 990, 1010) {
		my $text = 'x' x $length;
		my $old = $i->sid("/set?a=$text");
		my $new = $i->sid('/move', $old);

		is($i->state($new), "HIT::$text:", "$name: $length bytes move");
		is($i->state($old), "HIT::$text:", "$name: the old id shows them");
		is($i->saved($i->get('/set?a=1', $old)), 'saved under a newer id',
			"$name: changes are merged");
		is($i->state($new), 'HIT::1:', "$name: where it goes on");
	}
}

# as long as max_size and memcached allow unless told otherwise

sub longest {
	my ($name) = @_;

	my $old = $i->sid('/set?a=1');

	$i->mc()->set($i->key($old), '{"a":"1","c":"' . 'x' x 1047536 . '"}');
	my $new = $i->sid('/move', $old);

	is($i->state($new), 'HIT::1:', "$name: 1023k move");
	is($i->state($old), 'HIT::1:', "$name: and the old id answers");
}

###############################################################################
