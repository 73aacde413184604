#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "return" is not stopped by what a location requires of the session; what
# the location changes is.

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

server {
    listen  127.0.0.1:%%PORT_0%%;

    location = /set {
        session      app;
        session_set  user $arg_user;
        return       200 "set\n";
    }

    location = /require {
        session      app require;
        session_set  level 9;
        return       200 "require\n";
    }

    location = /admin {
        session          app;
        session_require  $session_admin;
        session_set      level 9;
        return           200 "admin\n";
    }

    location = /user {
        session          app require;
        session_require  $session_user;
        session_set      level 9;
        return           200 "user\n";
    }

    location = /leave {
        session          app;
        session_require  $session_admin;
        session_destroy;
        return           302 /;
    }
}
EOF

$t->run();

###############################################################################

my $r = http_get('/require');

is($r->body, "require\n", 'return is not stopped');
is($r->cookie('sid'), undef, 'without a session none is made');
is_deeply([ $mc->keys() ], [], 'nothing is stored');

my $cookie = 'sid=' . http_get('/set?user=Ada')->cookie('sid');
my ($key) = $mc->keys();

http_get('/admin', cookie => $cookie);
is($mc->get($key), '{"user":"Ada"}', 'an unmet value stops the change');

http_get('/user', cookie => $cookie);
is($mc->get($key), '{"user":"Ada","level":"9"}', 'met ones let it through');

http_get('/leave', cookie => $cookie);
is($mc->get($key), undef, 'to leave needs nothing');

$t->stop();
done_testing();

###############################################################################
