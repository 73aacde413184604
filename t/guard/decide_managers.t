#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What decides is evaluated afresh where the request meets another manager,
# and when its session is loaded: a map that nginx has kept decides nothing.

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

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session_manager admin { %%MANAGER_aid%% }

split_clients $session_user $group {
    *  users;
}

map $session_user:$group $known {
    ~^root:users$  root;
}

map $session_user $named {
    default  $session_user;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app phase=rewrite;

    location = /set {
        session_set  user $arg_user;
        return       204;
    }

    location = /rewrite {
        if ($known) {
            rewrite  ^ /admin last;
        }
    }

    location = /error {
        if ($known) {
            return  418;
        }

        error_page  418 = @admin;
    }

    location = /off {
        if ($known) {
            return  418;
        }

        error_page  418 = @off;
    }

    location = /admin {
        session          admin;
        session_require  $known;
        try_files        /none =404;
    }

    location @admin {
        session             admin;
        session_set         by $known;
        session_set         seen yes if=$known;
        session_regenerate  if=$known;
        return              200;
    }

    location @off {
        session     off;
        add_header  X-Known "$known" always;
        add_header  X-Named "$named" always;
        return      200;
    }

    location = /late {
        session  app;

        if ($known) {
            return  500;
        }

        session_require  $known error=402;
        add_header       X-Known "$known" always;
        try_files        /none =404;
    }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/set?user=root', jar => $jar);
my ($key) = $mc->keys();

is(http_get('/rewrite', jar => $jar)->status(), 403,
	'a map of one session lets nobody into the location of another');
is(http_get('/error', jar => $jar)->status(), 200,
	'error_page leads to another manager');
is_deeply([ map { $mc->get($_) } grep { $_ ne $key } $mc->keys() ],
	['{"by":""}'], 'whose session gets nothing of the first one');

my $r = http_get('/off', jar => $jar);
is($r->header('X-Known'), undef, 'without a session a map is empty');
is($r->header('X-Named'), undef, 'also one that nobody had asked');

is(http_get('/late', jar => $jar)->status(), 404,
	'a map that was read before the load is read again');
is(http_get('/late', jar => $jar)->header('X-Known'), 'root',
	'also where it decides nothing');
is(http_get('/late')->status(), 402, 'which refuses who has no session');

$t->stop();
done_testing();

###############################################################################
