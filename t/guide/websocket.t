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
use Test::Session::Try;

###############################################################################

my $page = Test::Session::Guide->new('websocket', plain => 1);
my $t = $page->t();

$page->application();
$page->echo();

$page->run($page->quick());

my $ada = $page->browser();

is($page->socket($ada), undef, 'before the login');

$ada->login('ada');

my $socket = $page->socket($ada);

is($socket->echo('hello'), 'hello', 'a WebSocket');
is($page->socket($ada, 'https://evil.example'), undef, 'not from another origin');
is($page->socket($ada, undef), undef, 'nor from a client without any');

# another tab goes on working

$ada->get('/');
is($socket->echo('still'), 'still', 'it stays open');

$ada->post('/logout');
ok($socket->is_closed(), 'the logout closes it');
is($page->socket($ada), undef, 'and there is no other');

# the page's commands, which wait for the greeting instead of a second

my $commands = $page->blocks('sh')
	=~ s/^sleep 1$/for i in {1..300}; do grep -qa Hello said && break; sleep 0.1; done/mr;

for my $time ('first', 'second') {
	typed($page, "exec > said\n$commands", 'bash');
	like($t->read_file('said'), qr/\AHTTP\S+ 101 Switching.*Hello ada\n\z/ms,
		"the page's commands, $time");
}

# what can go wrong

$ada->login('ada');
$socket = $page->socket($ada);
$ada->login('ada');
is($socket->echo('still'), 'still', 'a login of the same user leaves it open');
$ada->login('bob');
ok($socket->is_closed(), 'that of another one closes it');

$socket = $page->socket($ada);
$page->memcached()->kill_now();
ok($t->wait_for_log(qr/connection was left open/), 'memcached is down');
is($socket->echo('still'), 'still', 'it stays open');
$socket->close();

done_testing();

###############################################################################
