#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The end of a session, and its new id.

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

$t->secret('secret');

$t->write_conf(<<'EOF');
session_manager app {
    secret_file       %%TESTDIR%%/secret;
    regenerate_grace  0;
    memcached    127.0.0.1:%%MC_0%%;
    cookie       sid secure=off path=/app samesite=strict;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /set {
        session_set  user $arg_user;
        return       204;
    }

    location = /read {
        session  app phase=rewrite;
        return   200 "$session_status $session_user $session_meta_created";
    }

    location = /logout {
        session_destroy;
        return  302 /;
    }

    location = /both {
        session_set      user back;
        session_destroy  if=$uri;
        return           204;
    }

    location = /maybe {
        session_destroy     if=$arg_leave;
        session_regenerate  if=$arg_new;
        return              204;
    }

    location = /login {
        session_regenerate;
        session_set  user $arg_user;
        return       204;
    }

    location = /regenerate {
        session_regenerate;
        return  204;
    }
}
EOF

$t->run();

###############################################################################

sub login {
	return 'sid=' . http_get('/set?user=Ada')->cookie('sid');
}

my $cookie = login();
my ($key) = $mc->keys();

my $r = http_get('/logout', cookie => $cookie);
is($r->status, 302, 'logout beside return');
is($mc->get($key), undef, 'the record is deleted');
is(scalar $r->header('Set-Cookie'), 'sid=; Path=/app; Max-Age=0; '
	. 'Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Strict; HttpOnly',
	'the cookie is expired with the attributes that it had');
is(http_get('/read', cookie => $cookie)->body, 'EXPIRED  ',
	'the old cookie is worth nothing');

is(scalar http_get('/logout')->header('Set-Cookie'), undef,
	'without a cookie there is none to expire');
like(http_get('/logout', cookie => 'sid=forged')->header('Set-Cookie'),
	qr/^sid=; /, 'a forged one is');

$cookie = login();
http_get('/both', cookie => $cookie);
is_deeply([ $mc->keys() ], [], 'logout wins over a set');

$cookie = login();
http_get('/maybe', cookie => $cookie);
is(scalar(my @keys = $mc->keys()), 1, 'if= without a value');
http_get('/maybe?leave=0', cookie => $cookie);
is(scalar(@keys = $mc->keys()), 1, 'nor with 0');
http_get('/maybe?leave=1', cookie => $cookie);
is_deeply([ $mc->keys() ], [], 'if= with one');

# a new id

$cookie = login();
($key) = $mc->keys();
$mc->set($key, '{"user":"Ada","n": 1.0}');
my ($created) = http_get('/read', cookie => $cookie)->body =~ /(\d+)$/;

$r = http_get('/regenerate', cookie => $cookie);
my $new = 'sid=' . $r->cookie('sid');
isnt($new, $cookie, 'regenerate sends another cookie');
is_deeply([ $r->header('Cache-Control') ], [ 'private' ], 'not to be cached');

my ($name) = $mc->live();
isnt($name, $key, 'another record');
is($mc->get($name), '{"user":"Ada","n": 1.0}', 'with the same bytes');
like($mc->get($key), qr/^moved /, 'the old one tells of it, for ends');
is(http_get('/read', cookie => $new)->body, "HIT Ada $created",
	'the session began when it did');
is(http_get('/read', cookie => $cookie)->body, 'EXPIRED  ', 'the old id is dead');

$r = http_get('/login?user=Eve', cookie => $new);
is($mc->get(($mc->live())[0]), '{"user":"Eve","n": 1.0}',
	'regenerate and set at once');
is(scalar(@keys = $mc->live()), 1, 'in one record');

http_get('/logout', cookie => $cookie);
is_deeply([ $mc->live() ], [], 'a logout with an old id ends the session');

$r = http_get('/login?user=Bob');
is(http_get('/read', cookie => 'sid=' . $r->cookie('sid'))->body =~ /^HIT Bob/,
	1, 'without a session it begins one');

is(http_get('/regenerate')->cookie('sid'), undef,
	'there is nothing to regenerate');
is(http_get('/regenerate', cookie => 'sid=' . 'A' x 112)->cookie('sid'), undef,
	'nor of a forged cookie');

$t->stop();
done_testing();

###############################################################################
