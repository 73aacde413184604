#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The harness itself: memcached, and the fakes of it that tests script.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

# memcached

for my $mc ($t->memcached(), $t->memcached(unix => 1)) {
	ok($mc->set('k', "a\r\nb", flags => 7, exptime => 100), 'set');
	is($mc->get('k'), "a\r\nb", 'get');
	is($mc->mg('k')->{flags}{f}, 7, 'flags');
	cmp_ok($mc->mg('k')->{flags}{t}, '<=', 100, 'time to live');
	is_deeply([ $mc->keys() ], [ 'k' ], 'keys');
	is($mc->stats()->{curr_items}, 1, 'stats');
	ok($mc->delete('k'), 'delete');
	ok(!$mc->delete('k'), 'delete what is gone');
	is($mc->get('k'), undef, 'get what is gone');
	$mc->set('k', 'v');
	$mc->restart();
	is($mc->get('k'), undef, 'empty after a restart');
	$mc->kill();
	is(Test::Session::HTTP::connect_to($mc->address()), undef, 'killed');
}

# scripted memcached

my $fake = $t->memcached_fake(
	{ expect => qr/^mg/, reply => "EN %O\r\n", split => 1 },
	{ expect => qr/^ms/, reply => sub { "HD $_[1]\r\n" }, then => 'close' },
	{ expect => qr/^mg/ },
	{ expect => qr/^mg/, reply => "EN\r\n", then => 'half_close' },
	{ expect => qr/^mg/, then => 'reset' },
	{ expect => qr/^mn/, reply => "garbage\r\n", repeat => 1 },
);

is(talk("mn\r\nmg k O7\r\nms k 3\r\nabc\r\n"), "MN\r\nEN O7\r\nHD abc\r\n",
	'replies, close');
is(talk("mg k\r\nmg k\r\n"), "EN\r\n", 'silence, half close');
is(talk("mg k\r\n"), 'reset', 'reset');
is(talk("mn\r\nmn\r\nmg k\r\n"), "garbage\r\n" x 2, 'repeated');
is_deeply([ $fake->failures() ], [ 'mg k' ], 'unexpected command');
is(scalar $fake->commands(), 9, 'commands');
is($fake->connections(), 4, 'connections');

done_testing();

###############################################################################

# sends commands, reads to the end of the connection

sub talk {
	my ($commands) = @_;

	my $socket = Test::Session::HTTP::connect_to($fake->address());
	$socket->autoflush(1);
	print $socket $commands;

	my $data = '';
	my $n = 1;
	$n = sysread($socket, $data, 1000, length $data) while $n;

	return defined $n ? $data : 'reset';
}

###############################################################################
