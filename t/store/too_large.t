#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A memcached whose items may be smaller (-I) than records of max_size: it
# answers a longer one with an error, and drops the record that it had.  The log
# tells of both.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

# the smallest that needs no slab_chunk_max, whose unit is another one since
# some version of memcached

use constant ITEM => 512 * 1024;

my $t = Test::Session->new();

$t->memcached(args => [ '-I', ITEM ]);
$t->secret();

my $values = '$arg_v' x 500;

$t->write_conf(<<"EOF");
session_manager app { %%MANAGER_sid%% }

session_on_error  deny;
add_header        X-Session \$session_status always;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location /begin { session_set a 1; empty_gif; }
    location /set   { session_set a "$values"; empty_gif; }
    location /read  { empty_gif; }
}
EOF

$t->run();

###############################################################################

my $cookie = http_get('/begin')->cookie('sid');

is(set(ITEM / 1000)->status(), 200, 'an item that it takes');
is(seen(), 'HIT', 'is there');

is(set(ITEM / 300)->status(), 503, 'one that is too large');
is(seen(), 'EXPIRED', 'ends the session');

ok($t->wait_for_log(qr/reported an error: "object too large for cache" /
	. qr/\(what it cannot replace it drops\)/), 'the log tells why');

$t->stop();
done_testing();

###############################################################################

sub set {
	my ($length) = @_;

	return http_get('/set?v=' . 'v' x int($length), cookie => "sid=$cookie");
}

sub seen {
	return http_get('/read', cookie => "sid=$cookie")->header('X-Session');
}

###############################################################################
