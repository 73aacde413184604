#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# max_sessions: how many sessions a subject may have; and an upstream that ends
# all of them.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;
use Test::Session::Seen;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->write_conf(<<'EOF');
session_manager few { %%MANAGER_few%% subject user; max_sessions 2; }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  few;

    location = /login   { session_regenerate; session_set user $arg_u; return 204; }
    location = /begin   { session_set a 1; return 204; }
    location = /user    { session_set user $arg_u; return 204; }
    location = /new     { session_regenerate; return 204; }
    location = /logout  { session_destroy; return 204; }
    location = /read {
        add_header  X-Session "$session_status $session_user";
        empty_gif;
    }

    location = /answer {
        session_accept  X-Session- revoke;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }
    location = /no {
        session_accept  X-Session- destroy;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run();

###############################################################################

my @few = map { cookie('/login?u=ada') } 1 .. 3;
is(seen_all(@few), 'EXPIRED , HIT ada, HIT ada', 'the oldest goes');

$few[3] = cookie('/new', $few[1]);
is(seen_all(@few[2, 3]), 'HIT ada, HIT ada', 'a new id takes no place');
is(seen_as($few[1]), 'HIT ada', 'the old one is good for a while');
$few[3] = cookie('/new', $few[3]);
is(seen_as($few[1]), 'HIT ada', 'and so with the next one');

# while memcached has the new id's record, and the list is as it was

$mc->flush();
@few[1, 2] = map { cookie('/login?u=ada') } 1 .. 2;
my ($list) = grep { /~/ } $mc->keys();
my $before = $mc->get($list);
$few[3] = cookie('/new', $few[1]);
my $after = $mc->get($list);
$mc->set($list, $before);
is(seen_as($few[1]), 'HIT ada', 'the old one is good while it is listed');
is(seen_as($few[3]), 'EXPIRED ', 'the new one not before it is');
$mc->set($list, $after);

http_get('/logout', cookie => $few[2]);
$few[4] = cookie('/login?u=ada');
is(seen_all(@few[3, 4]), 'HIT ada, HIT ada', 'a logout makes room');

$few[5] = cookie('/login?u=eve');
is(seen_all(@few[3, 4, 5]), 'HIT ada, HIT ada, HIT eve',
	'each has places of their own');

$few[6] = cookie('/user?u=eve', cookie('/begin'));
$few[7] = cookie('/user?u=eve', cookie('/begin'));
is(seen_all(@few[5, 6, 7]), 'EXPIRED , HIT eve, HIT eve',
	'without a new id, too');

# an upstream

$mc->flush();
@few = map { cookie('/login?u=ada') } 1 .. 2;
http_get('/no', cookie => $few[0], say_lines('Revoke: all'));
is(seen_all(@few), 'HIT ada, HIT ada', 'an upstream that may not revoke');

my $r = http_get('/answer', cookie => $few[0], say_lines('Revoke: all'));
is(seen_all(@few), 'EXPIRED , EXPIRED ', 'one that may, does');
like($r->header('Set-Cookie'), qr/^few=;/, 'and the cookie is expired');
is(join(' ', grep { /session/i } $r->headers()), '', 'unseen by the client');

done_testing();

###############################################################################

sub cookie {
	my ($uri, $cookie) = @_;

	return cookie_of($uri, cookie => $cookie // '');
}

###############################################################################
