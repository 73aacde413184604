#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A session and the record of its subject are asked for at once: a server that
# answers neither before it has both requests is no obstacle.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memcached::Patient;
use Test::Session::Seen;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->run_daemon('127.0.0.1:' . port(1), \&patient, 2);
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% subject user; }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /login { session_set user $arg_u; return 204; }
}
EOF

$t->run();

###############################################################################

my $cookie = cookie_of('/login?u=ada');

# the same manager, whose server is now the one that waits

$t->write_conf(<<'EOF');
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%PORT_1%%;
    timeout      10s;
    cookie       app secure=off;
    subject      user;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /read { add_header X-Session $session_status; empty_gif; }
}
EOF

$t->reload();
ok($t->old_workers_gone(), 'reloaded');

is(seen_as($cookie), 'EXPIRED', 'both were asked for before an answer came');

done_testing();

###############################################################################
