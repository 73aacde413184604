#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Writing by "set".

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

my $mc = $t->memcached();

$t->secret('secret');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session_variable  $session_set  set;
session_variable  $kept         kept.inside;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /set {
        set     $session_set $arg_v;
        return  200 "now $session_set";
    }

    location = /read {
        if ($session_set) { }
        set     $session_set read;
        return  200;
    }

    location = /off {
        session  off;
        set      $session_set lost;
        return   200;
    }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();

is(http_get('/set?v=one', jar => $jar)->body, 'now one',
	'set, and read at once');
my ($key) = $mc->keys();
is($mc->get($key), '{"set":"one"}', 'saved');

http_get('/set?v=', jar => $jar);
is($mc->get($key), '{"set":""}', 'the empty string is a value');

http_get('/read', jar => $jar);
is($mc->get($key), '{"set":"read"}', 'set after it was read');

$mc->set($key, '{}');
http_get('/off', jar => $jar);
is($mc->get($key), '{}', 'a location without a session has nowhere to write');
is($t->log_count(qr/"set" was dropped: the location has no session/), 1,
	'and the log says so');

my ($ok, $text) = $t->check_http(<<'EOF');
session_manager app { %%MANAGER_sid%% }
session_variable $kept kept.inside;
server { session app; location / { set $kept 1; } }
EOF

is($ok, 0, 'what is nested cannot be set');
like($text, qr/"kept" variable/, 'nginx -t names it');

$t->stop();
done_testing();

###############################################################################
