#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# memcached on a unix socket, where connect() fails at once: it is not there,
# comes, goes and comes back.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached(unix => 1);

$t->secret('secret');
$t->write_conf(<<"EOF");
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    @{[$mc->address()]};
}

session_on_error  deny;

server {
    listen  127.0.0.1:%%PORT_0%%;

    location / { session app; session_set a 1; return 204; }
}
EOF

$mc->kill();
$t->run();

###############################################################################

is(http_get('/')->status(), 503, 'it is not there');
ok($t->wait_for_log(qr/could not be connected to, operations failed: 1 \(/),
	'the log counts the operation that found it out');

$mc->restart();
ok(wait_until { http_get('/')->status() == 204 }, 'it has come');

$mc->kill();
is(http_get('/')->status(), 503, 'it is gone');

$mc->restart();
ok(wait_until { http_get('/')->status() == 204 }, 'it is back');

$t->stop();
done_testing();

###############################################################################
