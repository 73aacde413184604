#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# subject: logout everywhere, and how many sessions one may have.

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

$t->secret();
$t->write_file_expand('nginx.conf', <<'EOF');

%%TEST_GLOBALS%%

events {
}

http {
    %%TEST_GLOBALS_HTTP%%

    session_manager app {
        secret_file  %%TESTDIR%%/secret;
        memcached    127.0.0.1:%%MC_0%%;
        cookie       app secure=off;
        subject      user;
    }

    session_manager few {
        secret_file   %%TESTDIR%%/secret;
        memcached     127.0.0.1:%%MC_0%%;
        cookie        few secure=off;
        subject       user;
        max_sessions  2;
    }

    log_format  error "$uri $session_status $session_meta_error";

    server {
        listen      127.0.0.1:%%PORT_0%%;
        access_log  %%TESTDIR%%/error.txt error;
        session     app;
        include     actions.conf;

        location /few/ {
            session  few;
            rewrite  ^/few(/.*)$ /few-$1;
        }

        location ~ ^/closed$ {
            session_on_error  deny;
            add_header        X-Session "$session_status $session_user";
            empty_gif;
        }
    }

    server {
        listen      127.0.0.1:%%PORT_1%%;
        session     few;
        include     actions.conf;
    }
}

EOF

$t->write_file('actions.conf', <<'EOF');
location = /login   { session_regenerate; session_set user $arg_u; return 204; }
location = /begin   { session_set a 1; return 204; }
location = /own     { session_set own 1; return 204; }
location = /user    { session_set user $arg_u; return 204; }
location = /nobody  { session_unset user; return 204; }
location = /new     { session_regenerate; return 204; }
location = /logout  { session_destroy; return 204; }
location = /end     { session_revoke_all; return 204; }
location = /maybe   { session_revoke_all if=$arg_all; return 204; }
location = /read {
    add_header  X-Session "$session_status $session_user";
    empty_gif;
}
EOF

$t->run();

my $port = port(0);

###############################################################################

# a cookie with a subject

my $begun = cookie('/begin');
is(length $begun, length('app=') + 112, 'a session of nobody');

my $bound = cookie('/user?u=ada', $begun);
is(length $bound, length('app=') + 132, 'has an owner with its login');
is(read_as($bound), 'HIT ada', 'and is good');
is(records('~'), 1, 'its owner has a record');

is(read_as($begun), 'EXPIRED ', 'the cookie of before is dead');

my $nobody = cookie('/nobody', $bound);
is(length $nobody, length('app=') + 112, 'and none without one');

# logout everywhere

my @ada = map { cookie('/login?u=ada') } 1 .. 3;
my $eve = cookie('/login?u=eve');
is(read_all(@ada, $eve), 'HIT ada, HIT ada, HIT ada, HIT eve', 'four sessions');

http_get('/maybe', cookie => $ada[0]);
is(read_as($ada[0]), 'HIT ada', 'if= without a value');

my $r = http_get('/end', cookie => $ada[1]);
like($r->header('Set-Cookie'), qr/^app=;/, 'its cookie is expired');
is(read_all(@ada, $eve), 'EXPIRED , EXPIRED , EXPIRED , HIT eve',
	'all sessions of one end, no other does');

my $again = cookie('/login?u=ada', $ada[0]);
is(read_all($again, @ada), 'HIT ada, EXPIRED , EXPIRED , EXPIRED ',
	'a login in the same second is good, the others stay dead');

is(http_get('/end')->status(), 204, 'nobody has nothing to revoke');

# two cookies of one name: what is dead shadows nothing

my $ended = cookie('/login?u=ada');
http_get('/logout', cookie => $ended);
my $anonymous = cookie('/begin');
is(read_as("$ended; $anonymous"), 'HIT ', 'behind one whose record is gone');
is(read_as("$ada[2]; $again"), 'HIT ada', 'behind one that is revoked');

# an application that logs in by itself

my $own = cookie('/own');
my ($record) = grep { $mc->get($_) eq '{"own":"1"}' } $mc->keys();
$mc->set($record, '{"own":"1","user":"ada"}');

$r = http_get('/read', cookie => $own);
is($r->header('X-Session'), 'HIT ada', 'who an application logged in');
my ($owned) = $r->header('Set-Cookie') =~ /^(app=[^;]+)/;
is(length $owned, length('app=') + 132, 'gets a cookie of their own');
is(read_all($owned, $own), 'HIT ada, EXPIRED ', 'which replaces the other');

http_get('/end', cookie => $again);
is(read_all($owned, $again), 'EXPIRED , EXPIRED ', 'and ends with the others');
$again = cookie('/login?u=ada');

# an id that was regenerated

my $old = $again;
$again = cookie('/new', $old);
is(read_all($old, $again), 'HIT ada, HIT ada', 'both ids for a while');
http_get('/end', cookie => $old);
is(read_all($old, $again), 'EXPIRED , EXPIRED ', 'but not after a logout');

# nobody knows

my %known = map { $_ => 1 } $mc->keys();
my $lost = cookie('/login?u=lost');
my ($key) = grep { /:~/ && !$known{$_} } $mc->keys();
$mc->delete($key);
is(read_as($lost), 'ERROR ', 'without the record nobody knows');
is(http_get('/closed', cookie => $lost)->status(), 503, 'session_on_error');
ok($t->wait_for_log(qr/not loaded: nobody knows whether it was revoked/),
	'which is logged');
like($t->read_file('error.txt'), qr/ERROR nobody knows whether it was rev/,
	'and in $session_meta_error');

$again = cookie('/login?u=lost', $lost);
is(read_all($again, $lost), 'HIT lost, EXPIRED ',
	'a new login is good, what was before it is not');

$mc->set($key, 'damaged');
is(read_as($again), 'ERROR ', 'a damaged one is as good as none');
is(read_as(cookie('/login?u=lost')), 'HIT lost', 'and mended by a login');

# how many

$port = port(1);
my @few = map { cookie('/login?u=ada') } 1 .. 3;
is(read_all(@few), 'EXPIRED , HIT ada, HIT ada', 'the oldest goes');

$few[3] = cookie('/new', $few[1]);
is(read_all(@few[2, 3]), 'HIT ada, HIT ada', 'a new id takes no place');
is(read_as($few[1]), 'HIT ada', 'the old one is good for a while');

http_get('/logout', cookie => $few[2]);
$few[4] = cookie('/login?u=ada');
is(read_all(@few[3, 4]), 'HIT ada, HIT ada', 'a logout makes room');

$few[5] = cookie('/login?u=eve');
is(read_all(@few[3, 4, 5]), 'HIT ada, HIT ada, HIT eve',
	'each has places of their own');

$few[6] = cookie('/user?u=eve', cookie('/begin'));
$few[7] = cookie('/user?u=eve', cookie('/begin'));
is(read_all(@few[5, 6, 7]), 'EXPIRED , HIT eve, HIT eve',
	'without a new id, too');

done_testing();

###############################################################################

sub cookie {
	my ($uri, $cookie) = @_;

	my $r = http_get($uri, port => $port, cookie => $cookie // '');
	my ($sent) = ($r->header('Set-Cookie') // '') =~ /^(\w+=[^;]+)/;

	return $sent // "$uri sent no cookie";
}

sub read_as {
	my ($cookie) = @_;

	return http_get('/read', port => $port, cookie => $cookie)
		->header('X-Session');
}

sub read_all {
	return join ', ', map { read_as($_) } @_;
}

sub records {
	my ($mark) = @_;

	return scalar grep { /:$mark/ } $mc->keys();
}

###############################################################################
