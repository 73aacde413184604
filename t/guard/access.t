#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Access: what a location requires of the session, and what of it is inherited.

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

$t->write_file('index.html', 'index');
$t->write_file('file.txt', 'file');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session     app;
add_header  X-Status $session_status always;
add_header  X-User $session_user always;

server {
    listen  127.0.0.1:%%PORT_0%%;

    location / { }

    location = /set {
        session_set  user $arg_user if=$arg_user;
        session_set  admin $arg_admin if=$arg_admin;
        try_files    /file.txt =404;
    }

    location /require/ {
        session  app require;
        alias    %%TESTDIR%%/;

        location /require/off/ {
            session  off;
            alias    %%TESTDIR%%/;
        }

        location /require/loose/ {
            session  app optional;
            alias    %%TESTDIR%%/;
        }

        location /require/inner/ {
            alias  %%TESTDIR%%/;
        }
    }

    location /values/ {
        session_require  $session_user $session_admin;
        alias            %%TESTDIR%%/;
    }

    location /error/ {
        session_require  $session_user error=404;
        session_require  $session_admin error=401;
        alias            %%TESTDIR%%/;
    }

    location /login/ {
        session     app require;
        error_page  401 = @login;
        alias       %%TESTDIR%%/;
    }

    location @login {
        try_files  /file.txt =404;
    }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();

is(http_get('/')->header('X-Status'), 'NONE', 'no cookie');
is(http_get('/require/file.txt')->status, 401, 'require refuses it');
is(http_get('/require/file.txt', cookie => 'sid=forged')->status, 401,
	'and a forged one');
is(http_get('/require/off/file.txt')->status, 200, 'off cancels it');
is(http_get('/require/loose/file.txt')->status, 200,
	'"optional" takes it back');
is(http_get('/require/inner/file.txt')->status, 401, 'it is inherited');

is(http_get('/set?user=Ada', jar => $jar)->header('X-Status'), 'NONE',
	'add_header sees the session as it was');
is(http_get('/require/file.txt', jar => $jar)->status, 200,
	'a session is let in');
is(http_get('/', jar => $jar)->header('X-Status'), 'HIT', 'HIT');
is(http_get('/', jar => $jar)->header('X-User'), 'Ada', 'with its key');

is(http_get('/values/file.txt', jar => $jar)->status, 403,
	'a value is missing');
is(http_get('/error/file.txt', jar => $jar)->status, 401,
	'the second requirement says 401');
is(http_get('/error/file.txt')->status, 404, 'the first one says 404');

http_get('/set?admin=0', jar => $jar);
is(http_get('/values/file.txt', jar => $jar)->status, 403, '0 is not enough');

http_get('/set?admin=1', jar => $jar);
is(http_get('/values/file.txt', jar => $jar)->status, 200, 'all are there');
is(http_get('/error/file.txt', jar => $jar)->status, 200, 'here too');

my $r = http_get('/login/file.txt');
is($r->status, 200, 'error_page 401 = @login');
is($r->body, 'file', 'shows the login page');

$t->stop();
done_testing();

###############################################################################
