#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What clients can repeat does not fill the log.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret');

$t->write_file_expand('nginx.conf', <<'EOF');

%%TEST_GLOBALS%%

events {
}

http {
    %%TEST_GLOBALS_HTTP%%

    session_manager app {
        secret_file  %%TESTDIR%%/secret;
        memcached    127.0.0.1:%%MC_0%%;
        cookie       sid secure=off;
    }

    server {
        listen       127.0.0.1:%%PORT_0%%;
        session      app;
        session_set  theme $arg_theme;
        return       200 "ok";
    }
}

EOF

$t->run();

###############################################################################

my @requests = (http_request("/?theme=\xff")) x 100;

my @responses = http_pipeline(\@requests);
is(scalar(grep { $_->status() == 200 } @responses), 100, 'all are served');

my $n = $t->log_count(qr/"theme" of "app" not set: .* not valid UTF-8/);
ok($n > 0, 'a value that is not UTF-8 is logged');
ok($n < 100, 'but not each time');

$t->stop();
done_testing();

###############################################################################
