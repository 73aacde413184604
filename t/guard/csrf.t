#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf: unsafe requests need a token of the session; in a header here.

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

$t->write_conf(<<'EOF');
log_format  csrf "$uri: $session_meta_csrf";
access_log  %%TESTDIR%%/csrf.log csrf;

session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    session          app;
    session_csrf     on;
    session_set      n 1;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;

        location /off/ {
            session_csrf  off;
            proxy_pass    http://127.0.0.1:%%PORT_1%%;
        }

        location /named/ {
            session_csrf  on header=X-Mine;
            proxy_pass    http://127.0.0.1:%%PORT_1%%;
        }
    }

    location /token/ {
        session    app phase=rewrite;
        add_header X-Again $session_csrf;
        return     200 $session_csrf;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&echo);
$t->run();

###############################################################################

my $jar = visitor(cookie_jar());

like(http_get('/token/')->body, qr/^[\w-]{48}$/, 'the first visit has a token');
is(http_get('/', jar => $jar)->status, 200, 'GET needs none');

my $token = token('/token/', $jar);
my $other = token('/token/', new_jar('/'));

like($token, qr/^[\w-]{48}$/, 'a token');
isnt(token('/token/', $jar), $token, 'masked anew each time');

my $r = http_get('/token/', jar => $jar);
isnt($r->body, $r->header('X-Again'), 'each time it is read');

# methods and places

is(status('/', undef, method => $_), 200, "$_ needs none")
	for qw/ HEAD OPTIONS /;
is(status('/', $token, method => $_), 200, "$_ with a token"),
	is(status('/', undef, method => $_), 403, "$_ without")
	for qw/ POST PUT DELETE PATCH PROPFIND BREW /;

like(post('/', $token), qr/^POST \/ .*^X-CSRF-Token: \Q$token\E/ms,
	'the upstream sees it');
is(status('/', token('/token/', $jar)), 200, 'any token of the session is good');
is(status('/', $other), 403, 'not of another session');
is(status('/', $_), 403, "not \"$_\"")
	for '', 'A' x 48, substr($token, 1), "${token}A", "$token, $token";
is(http_post('/', '', header => "X-CSRF-Token: $token")->status, 403,
	'not without the session');
is(http_post('/', '', header => "X-CSRF-Token: $token",
	cookie => 'app=forged')->status, 403, 'not with a forged cookie');
is(status('/', $token, header => 'Sec-Fetch-Site: cross-site'), 403,
	'not from another site');
is(status('/', $token, header => "Sec-Fetch-Site: $_"), 200, "from $_")
	for qw/ same-origin same-site none /;
is(status('/', undef, method => 'GET',
	header => 'Sec-Fetch-Site: cross-site'), 200, 'links from another site');

is(status('/off/', undef), 200, 'off');
is(status('/empty', ''), 403, 'an empty token');
is(status('/named/', $token), 403, 'header=, not the default');
is(status('/named/', undef, header => "x-mine: $token"), 200, 'but its own');

$t->stop();

my $log = $t->read_file('csrf.log');
like($log, qr/^\/: \Q$_\E$/m, "\$session_meta_csrf: $_")
	for 'good', 'no session', 'no token', 'wrong token', 'cross-site', '-';
like($log, qr/^\/empty: no token$/m, 'an empty header is none');
like($t->read_log(),
	qr/\[error\] .*session: request for "app" was refused by "session_csrf"/,
	'logged');
unlike($t->read_log(), qr/\Q$other\E/, 'without the token');

done_testing();

###############################################################################
