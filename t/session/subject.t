#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# subject: whose session it is, and logout everywhere.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Seen;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% subject user; }

log_format  error "$uri $session_status $session_meta_error";

server {
    listen      127.0.0.1:%%PORT_0%%;
    access_log  %%TESTDIR%%/error.txt error;
    session     app;

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

    location ~ ^/closed$ {
        session_on_error  deny;
        add_header        X-Session "$session_status $session_user";
        empty_gif;
    }
}
EOF

$t->run();

###############################################################################

# a cookie with a subject

my $begun = cookie('/begin');
is(length $begun, length('app=') + 112, 'a session of nobody');

my $bound = cookie('/user?u=ada', $begun);
is(length $bound, length('app=') + 132, 'has an owner with its login');
is(seen_as($bound), 'HIT ada', 'and is good');
is(records('~'), 1, 'its owner has a record');

is(seen_as($begun), 'HIT ', 'the cookie of before shows no login');

my $nobody = cookie('/nobody', $bound);
is(length $nobody, length('app=') + 112, 'and none without one');

# logout everywhere

my @ada = map { cookie('/login?u=ada') } 1 .. 3;
my $eve = cookie('/login?u=eve');
is(seen_all(@ada, $eve), 'HIT ada, HIT ada, HIT ada, HIT eve', 'four sessions');

http_get('/maybe', cookie => $ada[0]);
is(seen_as($ada[0]), 'HIT ada', 'if= without a value');

my $r = http_get('/end', cookie => $ada[1]);
like($r->header('Set-Cookie'), qr/^app=;/, 'its cookie is expired');
is(seen_all(@ada, $eve), 'EXPIRED , EXPIRED , EXPIRED , HIT eve',
	'all sessions of one end, no other does');

my $again = cookie('/login?u=ada', $ada[0]);
is(seen_all($again, @ada), 'HIT ada, EXPIRED , EXPIRED , EXPIRED ',
	'a login in the same second is good, the others stay dead');

is(http_get('/end')->status(), 204, 'nobody has nothing to revoke');

# two cookies of one name: what is dead shadows nothing

my $ended = cookie('/login?u=ada');
http_get('/logout', cookie => $ended);
my $anonymous = cookie('/begin');
is(seen_as("$ended; $anonymous"), 'HIT ', 'behind one whose record is gone');
is(seen_as("$ada[2]; $again"), 'HIT ada', 'behind one that is revoked');

# an application that logs in by itself

my $own = cookie('/own');
my ($record) = grep { $mc->get($_) eq '{"own":"1"}' } $mc->keys();
$mc->set($record, '{"own":"1","user":"ada"}');

$r = http_get('/read', cookie => $own);
is($r->header('X-Session'), 'HIT ada', 'who an application logged in');
my ($owned) = $r->header('Set-Cookie') =~ /^(app=[^;]+)/;
is(length $owned, length('app=') + 132, 'gets a cookie of their own');
is(seen_all($owned, $own), 'HIT ada, EXPIRED ', 'which replaces the other');

http_get('/end', cookie => $again);
is(seen_all($owned, $again), 'EXPIRED , EXPIRED ', 'and ends with the others');
$again = cookie('/login?u=ada');

# an id that was regenerated

my $old = $again;
$again = cookie('/new', $old);
is(seen_all($old, $again), 'HIT ada, HIT ada', 'both ids for a while');
http_get('/end', cookie => $old);
is(seen_all($old, $again), 'EXPIRED , EXPIRED ', 'but not after a logout');

# nobody knows

my %known = map { $_ => 1 } $mc->keys();
my $lost = cookie('/login?u=lost');
my ($key) = grep { /:~/ && !$known{$_} } $mc->keys();
$mc->delete($key);
is(seen_as($lost), 'ERROR ', 'without the record nobody knows');
is(http_get('/closed', cookie => $lost)->status(), 503, 'session_on_error');
ok($t->wait_for_log(qr/could not be loaded: it is not known whether the/),
	'which is logged');
like($t->read_file('error.txt'), qr/ERROR it is not known whether the/,
	'and in $session_meta_error');

$again = cookie('/login?u=lost', $lost);
is(seen_all($again, $lost), 'HIT lost, EXPIRED ',
	'a new login is good, what was before it is not');

$mc->set($key, 'damaged');
is(seen_as($again), 'ERROR ', 'a damaged one is as good as none');
is(seen_as(cookie('/login?u=lost')), 'HIT lost', 'and mended by a login');

done_testing();

###############################################################################

sub cookie {
	my ($uri, $cookie) = @_;

	return cookie_of($uri, cookie => $cookie // '');
}

sub records {
	my ($mark) = @_;

	return scalar grep { /:$mark/ } $mc->keys();
}

###############################################################################
