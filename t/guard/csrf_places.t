#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf beside what else a location requires, and where it refuses
# changes only.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Csrf;
use Test::Session::Echo;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_file('denied', 'denied');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    session          app;
    session_csrf     on;
    session_set      n 1;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;

        location /require/ {
            session          app require;
            session_require  $session_vip error=402;
            proxy_pass       http://127.0.0.1:%%PORT_1%%;
        }

        location /page/ {
            error_page  403 /denied;
            proxy_pass  http://127.0.0.1:%%PORT_1%%;
        }

        location /any/ {
            satisfy     any;
            allow       all;
            proxy_pass  http://127.0.0.1:%%PORT_1%%;
        }

        location /both/ {
            satisfy     any;
            allow       all;
            session     app require;
            proxy_pass  http://127.0.0.1:%%PORT_1%%;
        }

        location /sub/ {
            auth_request  /auth;
            proxy_pass    http://127.0.0.1:%%PORT_1%%;
        }
    }

    location = /denied {
        root  %%TESTDIR%%;
    }

    location = /auth {
        internal;
        proxy_pass          http://127.0.0.1:%%PORT_1%%;
        proxy_method        POST;
        proxy_pass_request_body  off;
    }

    location /return/ {
        session_set  early 1;
        return       204;
    }

    location /logout/ {
        session_destroy;
        return  204;
    }

    location /token/ {
        session    app phase=rewrite;
        return     200 $session_csrf;
    }

}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&echo);
$t->run();

###############################################################################

my $jar = visitor(new_jar('/'));
my $token = token('/token/', $jar);

# order, error pages, satisfy

is(http_post('/require/', '')->status, 401, 'require comes first');
is(status('/require/', undef), 403, 'then session_csrf');
is(status('/require/', $token), 402, 'then session_require');

my $r = post('/page/', undef);
is($r->status . $r->body, '403denied', 'error_page');
is(status('/page/', $token), 200, 'error_page, not for good ones');

is(status('/any/', undef), 403, 'satisfy any: nobody else grants it');
is(status('/any/', $token), 200, 'satisfy any, good');
is(status('/any/', undef, method => 'GET'), 200, 'satisfy any, GET');
is(http_post('/both/', '')->status, 403, 'satisfy any, no session');
is(status('/both/', $token), 200, 'satisfy any, required and good');
is(status('/sub/', $token), 200, 'a subrequest with POST');
is(status('/sub/', undef), 403, 'not for the main request');

# nothing is changed

$token = token('/token/', $jar);
is(status('/logout/', undef, method => 'POST'), 403, 'return does not answer');
is(http_get('/token/', jar => $jar)->body =~ /^[\w-]{48}$/ ? 1 : 0, 1,
	'and nobody is logged out');
status('/return/', undef);
is(early(), 0, 'nor is anything set');
status('/return/', $token);
is(early(), 1, 'unless the token is good');

$mc->flush();
my $fresh = new_jar('/');
is(http_post('/', '', jar => $fresh)->status, 403, 'refused');
is(http_post('/', '')->cookie('app'), undef, 'no session begins');

$t->stop();

done_testing();

###############################################################################

# sessions that /return/ has written to

sub early {
	return scalar grep { ($mc->get($_) // '') =~ /early/ } $mc->keys();
}

###############################################################################
