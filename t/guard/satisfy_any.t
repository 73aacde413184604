#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "satisfy": a session grants access, or is one of all that have to, beside
# allow, deny and passwords.

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
$t->write_file('file.txt', 'file');
$t->write_file('htpasswd', "joe:{PLAIN}pass\n");

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session  app;

server {
    listen  127.0.0.1:%%PORT_0%%;

    location = /set {
        session_set  user Ada;
        try_files    /file.txt =404;
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
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();

http_get('/set', jar => $jar);

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

$t->stop();
done_testing();

###############################################################################
