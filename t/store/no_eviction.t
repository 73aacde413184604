#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A memcached that runs with -M and is full: it answers a write with an error,
# and drops the record that it could not replace.  So a change ends the session,
# which the log tells of; nothing that was ended comes back.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Seen;

###############################################################################

# bytes of an item that is in the way, of one value in a record, and how many of
# these a record has, which then needs as long an item

use constant { ITEM => 20_000, VALUE => 2000, VALUES => 10, MANY => 1000 };

my $t = Test::Session->new();
my $mc = $t->memcached(args => [ '-M', '-m', 2 ]);

$t->secret();

my $values = '$arg_v' x VALUES;

$t->write_conf(<<"EOF");
session_manager app { %%MANAGER_sid%% }

add_header  X-Session "\$session_status \$session_a" always;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location /begin { session_set a 1; empty_gif; }
    location /small { session_set a \$arg_v; empty_gif; }
    location /large { session_set a "$values"; empty_gif; }
    location /deny  { session_on_error deny; session_set a "$values";
                      empty_gif; }
    location /move  { session_regenerate; session_set a "$values";
                      session_on_error deny; empty_gif; }
    location /end   { session_destroy; empty_gif; }
    location /read  { empty_gif; }
}
EOF

$t->run();

###############################################################################

my ($passed, $denied, $moved, $small, $ended) = map { cookie_of('/begin') }
	1 .. 5;

http_get('/end', cookie => $ended);

my $n = 0;
$n++ while $n < MANY && $mc->set("item$n", 'x' x ITEM);
cmp_ok($n, '<', MANY, 'memcached is full');

my $v = 'v' x VALUE;

is(http_get("/large?v=$v", cookie => $passed)->status(), 200,
	'a change that finds no room is served');
is(seen_as($passed), 'EXPIRED ', 'the session has ended');
ok($t->wait_for_log(qr/reported an error: "out of memory storing object" /
	. qr/\(what it cannot replace it drops\)/), 'the log tells why');
ok($t->wait_for_log(qr/changes of "app" were not saved: memcached reported an/),
	'and what of');

is(http_get("/deny?v=$v", cookie => $denied)->status(), 503, 'or denied');
is(seen_as($denied), 'EXPIRED ', 'which ends the session, too');

is(http_get("/move?v=$v", cookie => $moved)->status(), 503,
	'a new id has no room');
is(seen_as($moved), 'HIT 1', 'the old one goes on');
is(http_get("/deny?v=$v", cookie => '')->header('Set-Cookie'), undef,
	'no session begins with so much');

http_get('/small?v=2', cookie => $small);
is(seen_as($small), 'HIT 2', 'a change that finds room is kept');
is(seen_as($ended), 'EXPIRED ', 'what was ended does not come back');

$mc->delete("item$_") for 0 .. $n - 1;
http_get("/large?v=$v", cookie => $small);
like(seen_as($small), qr/^HIT vvv/, 'there is room again');
is(seen_as($passed), 'EXPIRED ', 'what was dropped is gone');

$t->stop();
done_testing();

###############################################################################
