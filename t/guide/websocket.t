#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/websocket.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;
use Test::Session::Long;

###############################################################################

my $page = Test::Session::Guide->new('websocket', plain => 1);
my $t = $page->t();

$page->application();

$t->run_daemon('127.0.0.1:' . $page->at('127.0.0.1:8001'), sub {
	my ($port) = $_[0] =~ /:(\d+)/;
	exec '/usr/bin/python3', $t->root() . '/t/tools/long_upstream.py', $port;
	die "no python3: $!\n";
});

# two seconds less to wait for, and what the page says in the other case

my $conf = $page->blocks('nginx') =~ s!location /socket!location /echo!r
	=~ s/session_recheck +\K5s/100ms/r;

$page->run($conf);

my $ada = $page->browser();

is(socket_of($ada), undef, 'before the login');

$ada->login('ada');

my $socket = socket_of($ada);

is($socket->echo('hello'), 'hello', 'a WebSocket');
is(socket_of($ada, 'https://evil.example'), undef, 'not from another origin');
is(socket_of($ada, undef), undef, 'nor from a client without any');

# another tab goes on working

$ada->get('/');
is($socket->echo('still'), 'still', 'it stays open');

$ada->post('/logout');
ok($socket->is_closed(), 'the logout closes it');
is(socket_of($ada), undef, 'and there is no other');

# what can go wrong

$ada->login('ada');
$socket = socket_of($ada);
$ada->login('ada');
is($socket->echo('still'), 'still', 'a login of the same user leaves it open');
$ada->login('bob');
ok($socket->is_closed(), 'that of another one closes it');

$socket = socket_of($ada);
$page->memcached()->kill_now();
ok($t->wait_for_log(qr/connection was left open/), 'memcached is down');
is($socket->echo('still'), 'still', 'it stays open');
$socket->close();

done_testing();

###############################################################################

# a WebSocket of the browser, or undef

sub socket_of {
	my ($browser, @origin) = @_;

	my $origin = @origin ? $origin[0] : 'https://example.com';
	my @header = defined $origin ? "Origin: $origin" : ();

	return Test::Session::Long->websocket('/echo', host => 'example.com',
		cookie => $browser->cookie(), port => $page->at('plain'),
		header => \@header);
}

###############################################################################
