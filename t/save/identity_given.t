#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# An application gives the record of a session to somebody while a request
# under its id is under way: what that request changes does not get there.

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
	owned => 'subject user; regenerate_grace 60s;' });

$i->on('owned');

for my $begin ('/set?a=1', '/login?u=ada') {
	for my $uri ('/slow/other?b=2', '/slow/move') {
		my $cookie = $i->sid($begin);
		my $slow = $i->slow($uri, $cookie);

		$i->mc()->set($i->key($cookie), '{"user":"bob"}');

		my $r = $slow->answer();
		like($i->saved($r), qr/became another subject's/,
			"$begin, $uri says that it is not saved");
		is($i->sent($r), '', "$begin, $uri sends no cookie");
		is($i->mc()->get($i->key($cookie)), '{"user":"bob"}',
			"$begin, $uri leaves the record as it was given");
	}
}

done_testing();

###############################################################################
