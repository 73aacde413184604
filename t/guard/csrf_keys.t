#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf: tokens and ids that are regenerated, managers and
# profiles, and an outage.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Csrf;
use Test::Session::Echo;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('old', 'o' x 32);
$t->secret('new', 'n' x 32);

$t->write_conf(<<'EOF');
session_manager app {
    secret_file  %%TESTDIR%%/new;
    secret_file  %%TESTDIR%%/old;
    memcached    127.0.0.1:%%MC_0%%;
    cookie       app secure=off;
}

session_manager before {
    secret_file       %%TESTDIR%%/old;
    memcached         127.0.0.1:%%MC_0%%;
    cookie            before secure=off;
    regenerate_grace  0;
}

session_manager tornado {
    profile             tornado;
    secret_file         %%TESTDIR%%/old;
    cookie_secret_file  %%TESTDIR%%/new;
    memcached           127.0.0.1:%%MC_0%%;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    session          app;
    session_csrf     on;
    session_set      n 1;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;

        location /pass/ {
            session_on_error  pass;
            session_set       n $session_n if=$arg_none;
            proxy_pass        http://127.0.0.1:%%PORT_1%%;
        }
    }

    location /token/ {
        session    app phase=rewrite;
        return     200 $session_csrf;
    }

    location /regenerate/ {
        session_csrf        off;
        session             before;
        session_set         n 1;
        session_regenerate;
        return              204;
    }

    location /before/ {
        session     before phase=rewrite;
        session_set n 1;

        location /before/token {
            return      200 $session_csrf;
        }

        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /tornado/ {
        session      tornado phase=rewrite;
        session_set  n 1;

        location /tornado/token {
            return  200 $session_csrf;
        }

        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&echo);
$t->run();

###############################################################################

my $other = token('/token/', new_jar('/'));

my $old = new_jar('/before/');
my $old_token = token('/before/token', $old);
is(status('/before/', $other, jar => $old), 403, 'of another manager');
is(status('/before/', $old_token, jar => $old), 200, 'its own');
http_get('/regenerate/', jar => $old);
is(status('/before/', $old_token, jar => $old), 403,
	'a token from before a regenerate');
is(status('/before/', token('/before/token', $old), jar => $old), 200,
	'and after it');

my $tornado = new_jar('/tornado/');
my $tornado_token = token('/tornado/token', $tornado);
is(status('/tornado/', $tornado_token, jar => $tornado), 200,
	'profile tornado');
is(status('/tornado/', $other, jar => $tornado), 403,
	'profile tornado, another token');

# in an outage

my $fresh = new_jar('/');
my $token = token('/token/', $fresh);
$mc->kill();

is(status('/pass/', $token, jar => $fresh), 200,
	'memcached is down: the cookie tells the session');
is(status('/pass/', $other, jar => $fresh), 403, 'not another one');
is(http_post('/pass/', '', header => "X-CSRF-Token: $token")->status, 403,
	'no cookie tells nothing');

done_testing();

###############################################################################
