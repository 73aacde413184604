#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Saves that are written together end as they do one after the other: the same
# requests are sent to two managers, of which one, by a directive that the
# module for tests has, takes nothing along.  What is told and what is in the
# store is the same.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memory;
use Test::Session::Together;

###############################################################################

use constant ROUNDS => 12;
use constant REQUESTS => 7;

# each makes a difference to {"a":"0"}, so that its request has to wait

my @changes = (
	(map { "X-Session-Set: $_" } 'a=7', 'a=text', 'b=1', 'b=', 'user=ada'),
	(map { "X-Session-Incr: $_" } qw/ a b user /),
	'X-Session-Unset: a',
);
my @ends = ('X-Session-Destroy: 1', 'X-Session-Regenerate: 1');

my $i = Test::Session::Memory->new(managers => {
	group => '',
	single => 'single yes;' });

srand(11);

for my $round (1 .. ROUNDS) {
	my @requests = map { [ '/slow/said', some() ] } 1 .. REQUESTS;

	push @requests, [ '/slow/said', $ends[$round % 2] ] if $round % 4 == 0;

	my @group = saved('group', @requests);
	my @single = saved('single', @requests);
	my $case = join ' | ', map { join ', ', map { s/X-Session-//r } @$_[1 .. $#$_] }
		@requests;

	is($group[0], $single[0], "round $round: outcomes") || diag($case);
	is($group[1], $single[1], "round $round: what is stored") || diag($case);

	next if $round % 4 == 0;

	my $saved = () = $single[0] =~ /saved/g;

	is($single[2], $saved, "round $round: a write for each");
	cmp_ok($group[2], '<', $saved, "round $round: fewer for all of them");
}

done_testing();

###############################################################################

# one to three changes of one request

sub some { return map { $changes[rand @changes] } 0 .. rand 3 }

# outcomes, what is in the store, and how often it was written

sub saved {
	my ($manager, @requests) = @_;

	$i->on($manager);

	my ($cookie, @r) = together($i, [], @requests);
	my $outcomes = outcomes($i, @r);
	my $sets = sets($i);
	my $last = $i->sent($r[-1]) || $cookie;

	return ($outcomes, $i->state($last), $sets);
}
