#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A "return" answers before the access phase: session_require beside it guards
# nothing, as nginx's own allow and deny do.  An "if" in front of it does.

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
session_manager app { %%MANAGER_sid%% }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /login { session_regenerate login; session_set user ada; return 204; }

    location = /require {
        session          app phase=rewrite;
        session_require  $session_user error=401;
        return           200 secret;
    }

    location = /if {
        session  app phase=rewrite;
        if ($session_user = "") { return 401; }
        return   200 "secret of $session_user";
    }
}
EOF

$t->run();

my $cookie = 'sid=' . http_get('/login')->cookie('sid');

is(http_get('/require')->body(), 'secret', 'session_require beside return');
is(http_get('/if')->status(), 401, '"if" in front of it, without a cookie');
is(http_get('/if', cookie => $cookie)->body(), 'secret of ada', 'with one');
is(http_get('/if', cookie => "${cookie}x")->status(), 401, 'with a forged one');

$t->stop();
done_testing();

###############################################################################
