#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Many logins of one subject at once cost about as many store commands as those
# of different ones, and all of them succeed.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

use constant LOGINS => 64;

my $i = Test::Session::Identity->new(managers => {
	hundred => 'subject user; max_sessions 100;',
	two     => 'subject user; max_sessions 2;',
	owned   => 'subject user;' });

for my $workers (1, 2) {
	$i->workers($workers);

	for my $name ($i->names()) {
		$i->on($name);

		my ($many) = logins(sub { "u$_[0]" });
		my ($one, @cookies) = logins(sub { 'ada' });
		my $what = "$name, $workers";

		is(scalar(grep { $_ ne '' } @cookies), LOGINS,
			"$what: all logins of one subject get a cookie");
		cmp_ok($one, '<=', 5 * $many, "$what: their commands, compared with "
			. 'those of different subjects');
		is(scalar(grep { $i->state($_) =~ /^HIT:ada/ } @cookies),
			$name eq 'two' ? 2 : LOGINS, "$what: as many as may be are good");

		moves($what, @cookies) if $name eq 'hundred';
	}
}

done_testing();

###############################################################################

# how many commands so many logins at once cost, and their cookies

sub logins {
	my ($user) = @_;

	$i->mc()->flush();

	my $asked = $i->asked();
	my @slow = map { $i->slow('/slow/login?u=' . $user->($_)) } 1 .. LOGINS;

	# the upstream answers all of them, then the responses are read

	my @cookies = map { $i->sent($_) } $i->answer_all(@slow);

	return ($i->asked() - $asked, @cookies);
}

# all of them get new ids at once

sub moves {
	my ($what, @cookies) = @_;

	my @slow = map { $i->slow('/slow/move', $_) } @cookies;
	my @new = map { $i->sent($_) } $i->answer_all(@slow);

	is(scalar(grep { $_ ne '' && $i->state($_) =~ /^HIT:ada/ } @new), LOGINS,
		"$what: all of them get new ids at once");
}

###############################################################################
