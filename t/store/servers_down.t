#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# One of several servers is down: new sessions, and new ids of old sessions,
# belong to those that are up.  All are down: sessions cannot begin.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

# sessions that are made in each case, and until each server has one

use constant { SESSIONS => 40, MANY => 1000 };

my $t = Test::Session->new();
my @mc = map { $t->memcached() } 0 .. 2;

$t->secret();
$t->secret('tornado', 'a secret of Tornado, 40 bytes long......');
$t->write_conf(<<'EOF');
session_manager app {
    %%MANAGER_sid%%
    memcached     127.0.0.1:%%MC_1%%;
    memcached     127.0.0.1:%%MC_2%%;
    distribution  ketama;
}

session_manager python {
    profile             tornado;
    secret_file         %%TESTDIR%%/secret;
    cookie_secret_file  %%TESTDIR%%/tornado;
    memcached           127.0.0.1:%%MC_0%%;
    memcached           127.0.0.1:%%MC_1%%;
    memcached           127.0.0.1:%%MC_2%%;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location /new     { session_set user Ada; return 204; }
    location /python  { session python; session_set user Ada; return 204; }
    location /move    { session app require; session_regenerate; return 204; }
    location /read    { session app require; empty_gif; }
    location /form    { session_csrf on; add_header X-Token $session_csrf;
                        empty_gif; }
    location /denied  { session_on_error deny; session_set user Ada;
                        return 204; }
}
EOF

$t->run();

###############################################################################

my @old;

do {
	push @old, cookie_jar();
	http_get('/new', jar => $old[-1]);
} until @old == MANY || @old >= SESSIONS && !grep { !@{[ $_->keys() ]} } @mc;

cmp_ok(scalar(@old), '<', MANY, 'each server has sessions');
is(begun('/python'), SESSIONS, 'Tornado\'s begin');

for my $left (2, 1) {
	# the worker does not know it yet

	$mc[2 - $left]->kill();

	is(begun('/new'), SESSIONS, "$left of 3 servers are up: sessions begin");
	is(begun('/python'), SESSIONS, "$left: Tornado's, too");
	is(begun('/form'), SESSIONS, "$left: those of a form, too");

	my @living = grep { http_get('/read', jar => $_)->status() == 200 } @old;

	ok(@living && @living < @old, "$left: those of servers that are up go on");

	my @moved = grep { http_get('/move', jar => $_)->cookie('sid') } @living;

	is(@moved, @living, "$left: they get new ids");
	is(scalar(grep { http_get('/read', jar => $_)->status() == 200 } @moved),
		@moved, "$left: under which they are found");
}

$mc[2]->kill();

is(begun('/new'), 0, 'all servers are down: no session begins');
is(http_get('/new')->status(), 204, 'which is served');
is(http_get('/denied')->status(), 503, 'or denied');

$t->stop();
done_testing();

###############################################################################

# how many of so many sessions begin

sub begun {
	my ($uri) = @_;

	return scalar grep { http_get($uri)->header('Set-Cookie') }
		1 .. SESSIONS;
}

###############################################################################
