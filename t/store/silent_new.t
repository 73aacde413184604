#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# One of two servers falls silent: a new session whose id belongs to it takes
# another id, on the other server.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

# sessions that begin until the silent server was asked, and then

use constant { MANY => 1000, SESSIONS => 20 };

my $t = Test::Session->new();
my $mc = $t->memcached();

# a connection that was good falls silent, and each one after it

my $fake = $t->memcached_fake({ expect => qr/^ms /, reply => "HD %O c1\r\n" },
	{ expect => qr/^m[sg] /, repeat => 1 });

$t->secret();
$t->write_conf(<<'CONF');
session_manager app {
    %%MANAGER_sid%%
    memcached        127.0.0.1:%%MC_1%%;
    connect_timeout  10s;
    timeout          200ms;
}

server {
    listen            127.0.0.1:%%PORT_0%%;
    session           app;
    session_on_error  deny;

    location = /new  { session_set user ada; return 204; }
    location = /read { session app require; empty_gif; }
}
CONF

$t->run();

###############################################################################

my ($cookie, $n);

do {
	$cookie = http_get('/new')->cookie('sid');
} until $fake->commands() == 2 || ++$n == MANY;

is(scalar $fake->commands(), 2, 'a server has fallen silent');
is(http_get('/read', cookie => "sid=$cookie")->status(), 200,
	'the session that asked it has an id on the other one');

my @new = map { http_get('/new')->cookie('sid') } 1 .. SESSIONS;

is(scalar(grep { $_ } @new), SESSIONS, 'sessions begin');
is(scalar(grep { http_get('/read', cookie => "sid=$_")->status() == 200 } @new),
	SESSIONS, 'and are found on the other server');

$t->stop();
done_testing();

###############################################################################
