#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Access: what a location requires of the session, beside nginx's own modules,
# through redirects and inheritance.

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
mkdir $t->testdir() . '/dir';
$t->write_file('dir/index.html', 'dir index');
$t->write_file('htpasswd', "joe:{PLAIN}pass\n");

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

    location /any/ {
        satisfy  any;
        session  app require;
        alias    %%TESTDIR%%/;
        deny     all;
    }

    location /any/allowed/ {
        satisfy  any;
        session  app require;
        alias    %%TESTDIR%%/;
        allow    127.0.0.1;
        deny     all;
    }

    location /any/loader/ {
        satisfy  any;
        alias    %%TESTDIR%%/;
        deny     all;
    }

    location /any/password/ {
        satisfy               any;
        session               app require;
        alias                 %%TESTDIR%%/;
        auth_basic            closed;
        auth_basic_user_file  %%TESTDIR%%/htpasswd;
    }

    location /all/ {
        session  app require;
        alias    %%TESTDIR%%/;
        deny     all;
    }

    location = /rewrite {
        rewrite  ^ /file.txt last;
    }

    location = /named {
        error_page  418 = @login;
        try_files   /missing @login;
    }

    location = /accel {
        proxy_pass  http://127.0.0.1:%%PORT_1%%/;
    }
}

server {
    listen      127.0.0.1:%%PORT_1%%;
    session     off;
    add_header  X-Accel-Redirect /file.txt;

    location / {
        return  200;
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

is(http_get('/any/file.txt')->status, 401, 'satisfy any: nobody grants');
is(http_get('/any/file.txt', jar => $jar)->status, 200,
	'satisfy any: the session grants');
is(http_get('/any/allowed/file.txt')->status, 200,
	'satisfy any: allow grants');
is(http_get('/any/loader/file.txt', jar => $jar)->status, 403,
	'satisfy any: what only loads grants nothing');
is(http_get('/any/password/file.txt')->status, 401,
	'satisfy any: neither session nor password');
is(http_get('/any/password/file.txt',
	header => 'Authorization: Basic am9lOnBhc3M=')->status, 200,
	'satisfy any: the password grants');
is(http_get('/all/file.txt', jar => $jar)->status, 403,
	'satisfy all: the session alone is not enough');

# one load for each request, whatever way it takes

for (['/require/file.txt', 'file'], ['/dir/', 'dir index'],
	['/rewrite', 'file'], ['/named', 'file'], ['/accel', 'file'])
{
	my ($uri, $body) = @$_;
	my $before = $mc->stats()->{cmd_touch};

	my $r = http_get($uri, jar => $jar);

	is($r->body, $body, "$uri is served");
	is($r->header('X-User'), 'Ada', "$uri knows the session");
	is($mc->stats()->{cmd_touch} - $before, 1, "$uri loads it once");
}

$t->stop();
done_testing();

###############################################################################
