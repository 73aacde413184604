#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Saves of one subject's record that are written together end as they do one
# after the other: logins, new ids, logouts, who becomes nobody, and ends of all
# sessions, the same ones with two managers, of which one takes nothing along.
# What each is told, and which sessions are left, is the same.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memory;

###############################################################################

use constant {
	ROUNDS => 10,
	BEFORE => 3,		# sessions of the subject
	REQUESTS => 6,
};

my $subject = 'subject user; max_sessions 4;';
my $i = Test::Session::Memory->new(managers => {
	group => $subject,
	single => "$subject single yes;" });

srand(11);

for my $round (1 .. ROUNDS) {

	# of a session that was there, its number; of a new one, undef

	my @old = 0 .. BEFORE - 1;
	my @requests = map { some(\@old) } 1 .. REQUESTS;
	my $case = join ' | ', map { $_->[0] . ($_->[1] // '') } @requests;

	my @group = saved('group', "g$round", @requests);
	my @single = saved('single', "s$round", @requests);

	is($group[0], $single[0], "round $round: outcomes") || diag($case);
	is($group[1], $single[1], "round $round: which sessions are left")
		|| diag($case);
	cmp_ok($group[2], '<', $single[2], "round $round: fewer writes");
}

done_testing();

###############################################################################

# a login, or what a session does that has done nothing yet

sub some {
	my ($old) = @_;

	return [ '/login' ] if !@$old || rand() < 0.5;

	my @actions = qw! /move /logout /nobody /end /moves !;

	return [ $actions[rand @actions], splice @$old, rand @$old, 1 ];
}

# outcomes, which of all cookies are good, and how often the list was written

sub saved {
	my ($manager, $user, @requests) = @_;

	$i->on($manager);
	$i->faults();

	my @old = map { $i->sid("/login?u=$user", visitor()) } 1 .. BEFORE;

	$i->faults();
	$i->get("/login?u=$user", visitor());

	my ($key) = map { $_->{key} } grep { $_->{verb} eq 'set' }
		reverse $i->trace();
	my @visitors = map { visitor() } 0 .. @requests;

	$i->faults("set:$key hold");

	my @begun = $i->held("/login?u=$user", pop @visitors);

	for (@requests) {
		my ($uri, $n) = @$_;

		push @begun, $i->behind(defined $n ? ("$uri?b=1", $old[$n])
			: ("$uri?u=$user", pop @visitors));
	}

	$i->faults();

	my @r = map { $i->ended($_) } @begun;
	my $sets = grep { $_->{key} eq $key && $_->{verb} eq 'set' } $i->trace();

	return (join(' ', map { $i->saved($_) } @r),
		join(' ', map { $_ ? $i->state($_) =~ s/:.*//r : '-' } @old,
			map { $i->sent($_) } @r), $sets);
}

sub visitor { return $i->sid('/set?a=1') }

###############################################################################
