#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What a request waited for the memcached of one manager is not taken from what
# it may wait for that of another one, before an internal redirect.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my ($silent) = map { $t->memcached() } 1 .. 2;

$t->secret();
$t->write_conf(<<'CONF');
session_manager one {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_0%%;
    cookie       one secure=off;
    timeout      500ms;
}

session_manager two {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_1%%;
    cookie       two secure=off;
    timeout      100ms;
}

server {
    listen      127.0.0.1:%%PORT_0%%;
    add_header  X-Status $session_status always;

    location = /new/one { session one; session_set a 1; return 204; }
    location = /new/two { session two; session_set a 1; return 204; }

    location = /one { session one require; error_page 503 = /two; empty_gif; }
    location = /two { session two require; empty_gif; }
}
CONF

$t->run();

my $jar = cookie_jar();

http_get("/new/$_", jar => $jar) for qw/ one two /;

$silent->stop();

my $r = http_get('/one', jar => $jar);

is($r->status(), 200, 'the first memcached is silent, the second one is well');
is($r->header('X-Status'), 'HIT', 'its session is loaded');

$silent->cont();
$t->stop();
done_testing();

###############################################################################
