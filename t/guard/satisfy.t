#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "satisfy any" beside a requirement that has a status of its own.

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
$t->write_file('file', "file\n");

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

server {
    listen           127.0.0.1:%%PORT_0%%;
    session          app;
    session_require  $session_user error=404;

    location /any/allow/ {
        satisfy  any;
        allow    127.0.0.1;
        deny     all;
        alias    %%TESTDIR%%/;
    }

    location /any/deny/ {
        satisfy  any;
        deny     127.0.0.2;
        alias    %%TESTDIR%%/;
    }

    location /all/ {
        allow    127.0.0.1;
        deny     all;
        alias    %%TESTDIR%%/;
    }
}
EOF

$t->run();

###############################################################################

is(http_get('/any/allow/file')->status(), 200, 'another module may grant');
is(http_get('/any/deny/file')->status(), 404, 'else the status is the answer');
is(http_get('/all/file')->status(), 404, 'all have to grant by default');

$t->stop();
done_testing();

###############################################################################
