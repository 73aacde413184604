#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Each message says how many of its kind were left out since the last one: with
# those that were written they are all that there were.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

# messages, each of a second of its own

use constant MESSAGES => 3;

my $t = Test::Session->new()->plan(3);
my $text = qr/cookie of "app" was refused: /;
my ($sent, $left_out) = (0, 0);

$t->memcached();
$t->secret();

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location / { empty_gif; }
}
EOF

$t->run();

###############################################################################

ok(Test::Session::wait_until {
	http_get('/', cookie => 'sid=' . 'A' x 112);
	$sent++;
	$t->log_count($text) == MESSAGES;
}, 'messages of some seconds');

$left_out += $_ for $t->read_log() =~ /$text.*?\((\d+) more not logged\)/g;

cmp_ok($left_out, '>', 0, 'some were left out');
is(MESSAGES + $left_out, $sent, 'and all are told of');

###############################################################################
