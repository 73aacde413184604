#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# limit_req by $session_id: which key a request has, without a session too.

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

$t->secret();

$t->write_conf(<<'EOF');
map $session_id $client {
    volatile;
    ""       $binary_remote_addr;
    default  $session_id;
}

limit_req_zone    $session_id zone=session:1m rate=1r/m;
limit_req_zone    $client zone=client:1m rate=1r/m;
limit_req_status  429;

session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    location = /begin    { session app; session_set n 1; return 204; }
    location = /session  { session app phase=preaccess;
                           limit_req zone=session; empty_gif; }
    location = /client   { session app phase=preaccess;
                           limit_req zone=client; empty_gif; }
}
EOF

$t->run();

###############################################################################

my ($ada, $eve, $gone, $late) = map {
	my $jar = cookie_jar();
	http_get('/begin', jar => $jar);
	$jar;
} 1 .. 4;

my $forged = { cookie => 'app=forged' };

# $session_id: empty without a session, and so not limited

is(statuses('/session'), '200 200 200', 'without a cookie: not limited');
is(statuses('/session', %$forged), '200 200 200', 'forged: not limited');
is(statuses('/session', jar => $ada), '200 429 429', 'a session is limited');
is(statuses('/session', jar => $eve), '200 429 429', 'another one for itself');

# the recipe: the address where there is none

is(statuses('/client'), '200 429 429', 'without a cookie: the address');
is(statuses('/client', %$forged), '429 429 429', 'forged: the address');
is(statuses('/client', jar => $ada), '200 429 429', 'a session has its own key');
is(statuses('/client', jar => $eve), '200 429 429', 'and so has another one');

# in an outage the cookie tells the key; a record that is gone has none

$mc->flush();
is(statuses('/session', jar => $gone), '200 200 200', 'expired: not limited');
is(statuses('/client', jar => $gone), '429 429 429', 'expired: the address');

$mc->kill();
is(statuses('/session', jar => $late), '200 429 429',
	'in an outage the session of the cookie is limited');
is(statuses('/client', jar => $late), '200 429 429', 'and has its own key');

done_testing();

###############################################################################

sub statuses {
	my ($uri, %extra) = @_;

	return join ' ', map { http_get($uri, %extra)->status } 1 .. 3;
}

###############################################################################
