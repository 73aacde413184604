#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A memcached that answers each command, and each of them late: a request waits
# for connect_timeout and timeout together, not for each of its commands.  A
# logout whose time is over goes on without its request.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Token;

###############################################################################

# seconds until an answer; two of them take longer than both times

use constant DELAY => 0.7;

my $t = Test::Session->new();

my $fake = $t->memcached_fake({ expect => qr/^m[gsd] /, repeat => 1,
	delay => DELAY, reply => \&answer });

$t->secret();
$t->write_conf(<<'CONF');
session_manager app {
    %%MANAGER_sid%%
    connect_timeout  300ms;
    timeout          1s;
    subject          user;
    max_sessions     3;
}

add_header  X-Save "$session_meta_save: $session_meta_error" always;

server {
    listen            127.0.0.1:%%PORT_0%%;
    session           app;
    session_on_error  deny;

    location = /login   { session_regenerate login; session_set user ada;
                          return 204; }
    location = /logout  { session_destroy; return 204; }
}
CONF

$t->run();

###############################################################################

my $cookie = 'sid=' . Test::Session::Token->new(
	secret => $t->read_file('secret'))->sign();

is(asked('/login'), 503, 'a login at a slow memcached fails');
cmp_ok($fake->commands(), '<=', 2, 'it has begun no third command');
is($t->log_count(qr/changes of "app" were not saved: memcached timed out/), 1,
	'the log says why');

my $before = $fake->commands();

is(asked('/logout'), 503, 'so does a logout');
cmp_ok($fake->commands() - $before, '<=', 2, 'it has begun no third command');

ok(wait_until { $fake->commands() >= $before + 4 },
	'it goes on without its request');
like(($fake->commands())[-1], qr/^md /, 'to its end');

is(join(' ', $fake->failures()), '', 'what was sent is right');
is($t->log_count(qr/memcached "[^"]+" timed out/), 0,
	'the connection goes on');

$t->stop();
done_testing();

###############################################################################

# the status of a request, which sends no cookie

sub asked {
	my ($uri) = @_;

	my $r = http_get($uri, cookie => $cookie);

	return $r->cookie('sid') ? 'a cookie' : $r->status();
}

# there is one record, which each command finds

sub answer {
	my ($line) = @_;

	my ($opaque) = $line =~ / (O\d+)/;

	return $line =~ /^mg / ? "VA 9 c1 f0 t1000 $opaque\r\n{\"a\":\"1\"}\r\n"
		: "HD $opaque c2\r\n";
}

###############################################################################
