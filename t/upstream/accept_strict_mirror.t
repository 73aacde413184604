#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_accept strict: an answer that is refused while a mirror that is not
# proxied is still under way cannot be replaced, and its connection is closed.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_file('copy', 'copy');

# limit_req keeps all mirrors back but the first one, for longer than a test is

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

limit_req_zone  one zone=one:1m rate=1r/m;

server {
    listen          127.0.0.1:%%PORT_0%%;
    session         app;
    session_accept  X-Session- keys=k strict;

    location / {
        mirror      /copy;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location = /copy {
        internal;
        limit_req  zone=one burst=9;
        alias      %%TESTDIR%%/copy;
    }

    location = /active {
        session  off;
        return   200 $connections_active;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my ($worker) = $t->worker_pids();
my @bad = say_lines('Set: other=1');

is(http_get('/', @bad)->status(), 502, 'the mirror is done: replaced');

for my $n (1, 2) {
	is(http_get('/', @bad), '', 'the mirror is under way: closed');
}

ok(wait_until { http_get('/active')->body() eq '1' },
	'no connection is left but the one that asks');
is(($t->worker_pids())[0], $worker, 'the worker lives');

$t->stop();
done_testing();

###############################################################################
