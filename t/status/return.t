#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A "return" beside session_status_page answers first.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
$t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% }

server {
    listen    127.0.0.1:%%PORT_0%%;

    location = /return { session_status_page; return 204; }
    location = /if     { session_status_page; if ($arg_a) { return 204; } }
}
EOF

$t->run();

is(http_get('/return')->status(), 204, 'return');
is(http_get('/if?a=1')->status(), 204, 'where "if" is true');
like(http_get('/if')->body(), qr/^\{/, 'else the page');

done_testing();

###############################################################################
