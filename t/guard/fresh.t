#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_fresh: only sessions whose login was so recent.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Life;

###############################################################################

use constant HOUR => 3600;

my $t = Test::Session->new();
my $mc = $t->memcached();

my $secret = 's' x 32;
my $life = Test::Session::Life->new($mc, $secret);
$t->secret('secret', $secret);
$t->write_file('file', 'file');
$t->write_file('login', 'log in again');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;
    root    %%TESTDIR%%;

    session        app;
    session_fresh  15m;

    location / {
        try_files  /file =404;

        location /off/ {
            session_fresh  off;
            try_files      /file =404;
        }

        location /login/ {
            session_fresh       off;
            session_regenerate;
            session_set         user Ada;
            try_files           /file =404;
        }

        location /error/ {
            session_fresh  15m error=404;
            try_files      /file =405;
        }

        location /again/ {
            error_page  401 = /login;
        }
    }

    location = /login {
        session_fresh  off;
    }

    location /order/ {
        session          app require;
        session_fresh    15m error=402;
        session_require  $session_user error=405;
        try_files        /file =404;
    }

    location /any/ {
        satisfy    any;
        deny       all;
        try_files  /file =404;
    }

    location /any/allowed/ {
        satisfy    any;
        allow      all;
        try_files  /file =404;
    }

    location /early/ {
        session_set  n 1;
        return       200 $session_status;
    }

    location /pass/ {
        session_on_error  pass;
        try_files         /file =404;
    }
}
EOF

$t->run();

###############################################################################

is(status('/', 800), 200, 'a young session');
is(status('/', 1000), 401, 'an old one');
is(status('/', HOUR, login => 800), 200, 'an old one with a recent login');
is(status('/', HOUR, login => 1000), 401, 'and one that is no more recent');
is(http_get('/')->status, 401, 'no session');
is(http_get('/', cookie => 'app=forged')->status, 401, 'a forged one');
is(status('/', 13 * HOUR, login => 100), 401, 'one past its end');

my $cookie = $life->begin('app', 0, 100);
$mc->flush();
is(http_get('/', cookie => $cookie)->status, 401, 'one without a record');

$mc->set($life->key('app'), 'x');
is(http_get('/', cookie => $cookie)->status, 401, 'one that is corrupt');

is(status('/off/', 1000), 200, 'off cancels it');
is(status('/error/', 1000), 404, 'error=404');
is(status('/error/', 800), 200, 'only where it is refused');
is($life->get('app', '/again/', 1000, 100)->body, 'log in again',
	'error_page shows the login');

my $r = $life->get('app', '/login/', 1000, 100);
is(http_get('/', cookie => 'app=' . $r->cookie('app'))->status, 200,
	'a login refreshes it');

# with other requirements

is(http_get('/order/')->status, 401, 'require comes first');
is(status('/order/', 1000), 402, 'then session_fresh');
is(status('/order/', 800), 405, 'then session_require');
is(status('/order/', 800, record => '{"user":"Ada"}'), 200, 'all are met');

is(status('/any/', 800), 200, 'satisfy any: it grants');
is(status('/any/', 1000), 401, 'satisfy any: it refuses');
is(status('/any/allowed/', 1000), 200, 'satisfy any: another module grants');

is($life->get('app', '/early/', 1000, 100)->body, '',
	'"return" comes before');
is($mc->get($life->key('app')), '{}', 'but nothing is changed');
$life->get('app', '/early/', 800, 100);
is($mc->get($life->key('app')), '{"n":"1"}', 'unless it is a recent login');

# in an outage

my ($young, $old) = map { $life->begin('app', $_, 100) } 800, 1000;
$mc->kill();

is(http_get('/', cookie => $young)->status, 503, 'memcached is down');
is(http_get('/pass/', cookie => $young)->status, 200,
	'the cookie tells of the login where an outage passes');
is(http_get('/pass/', cookie => $old)->status, 401, 'and where it was');
is(http_get('/pass/')->status, 401, 'no cookie tells nothing');

$t->stop();
done_testing();

###############################################################################

sub status {
	my ($uri, $age, %extra) = @_;

	return $life->get('app', $uri, $age, 100, %extra)->status;
}

###############################################################################
