#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A login that says so begins a new absolute period, no other change of the id
# does (rule 4).

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

use constant AGO => 6000;

my $i = Test::Session::Identity->new(managers => {
	%Test::Session::Identity::managers,
	brief => 'absolute_timeout 2h; idle_timeout 90m;',
	owner => 'absolute_timeout 2h; idle_timeout 90m; subject user;' });

$i->each_way(\&by_the_location);
$i->each_way(\&by_an_upstream);
$i->each_way(\&under_an_old_id, qw/ plain owned few brief owner /);
$i->each_way(\&record, qw/ brief owner /);

done_testing();

###############################################################################

# a session of ada's that began some time ago

sub begin {
	return $i->aged($i->sid('/login?u=ada'), AGO);
}

# how long ago it began, to the minute

sub age {
	my ($cookie) = @_;

	my $born = $i->get('/born', $cookie)->header('X-Session') // 0;

	return int((time() - $born + 30) / 60);
}

sub by_the_location {
	my ($name) = @_;

	my $old = begin();
	is(age($old), 100, "$name: a session from before");

	for my $uri ('/move', '/signin?u=ada', '/clear?u=ada', '/user?u=eve',
		'/signin?u=eve')
	{
		my $new = $i->sid($uri, begin());
		is($new ? age($new) : 100, 100, "$name: $uri is no login");
	}

	is(age($i->sid("/login?u=$_", begin())), 0, "$name: a login of $_ is one")
		for qw/ ada eve /;

	my $new = $i->sid('/move', $i->sid('/login?u=ada', begin()));
	is(age($new), 0, "$name: and stays one with the next id");
}

sub by_an_upstream {
	my ($name) = @_;

	my $new = $i->sent($i->slow('/slow/said', begin())->answer(
		'X-Session-Regenerate: 1', 'X-Session-Set: user=ada'));
	is(age($new), 100, "$name: a new id by an upstream is no login");

	$new = $i->sent($i->slow('/slow/said', begin())->answer(
		'X-Session-Regenerate: login'));
	is(age($new), 0, "$name: \"login\" is one");

	$new = $i->sent($i->slow('/slow/said', begin())->answer(
		'X-Session-Regenerate: login', 'X-Session-Clear: 1',
		'X-Session-Set: user=ada'));
	is(age($new), 0, "$name: also with \"clear\"");
}

# a login that has an id of its own

sub under_an_old_id {
	my ($name) = @_;

	my $old = begin();
	my $moved = $i->sid('/move', $old);
	my $own = $i->sid('/login?u=ada', $old);

	is(age($own), 0, "$name: a login under an old id is one");
	is(age($moved), 100, "$name: and makes the other no younger");
	is($i->state($moved), 'HIT:ada::', "$name: which goes on");

	$old = begin();
	my $slow = $i->slow('/slow/login?u=ada', $old);
	$moved = $i->sid('/move', $old);
	is(age($i->sent($slow->answer())), 0,
		"$name: also when the id is replaced meanwhile");
}

# the record lives as long as the session may

sub record {
	my ($name) = @_;

	my $left = 2 * 3600 - AGO;

	for my $case ([ '/move', $left ], [ '/signin?u=ada', $left ],
		[ '/login?u=ada', 90 * 60 ], [ '/login?u=eve', 90 * 60 ])
	{
		my ($uri, $life) = @$case;
		my $new = $i->sid($uri, begin());
		my $t = $i->mc()->mg($i->key($new), 't')->{flags}{t};

		cmp_ok($t, '<=', $life + 1, "$name: $uri: not longer");
		cmp_ok($t, '>', $life - 100, "$name: $uri: nor shorter");
	}

	# somebody who is past it and logs in is in

	my $past = $i->aged($i->sid('/login?u=ada'), 2 * 3600);
	is($i->state($past), 'EXPIRED:::', "$name: past absolute_timeout");
	is(age($i->sid('/login?u=ada', $past)), 0, "$name: a login helps");
}

###############################################################################
