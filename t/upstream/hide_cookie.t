#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_hide_cookie: the upstream does not see the session's cookie, and
# sees all others byte for byte; nginx itself goes on seeing everything.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Echo;
use Test::Session::EchoedCookies;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->run_daemon('127.0.0.1:' . port(2), \&echo);
$t->write_file_expand('locations.conf', locations());

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session_manager mail { %%MANAGER_mid%% }

log_format  cookies  "$uri: $http_cookie";
access_log  %%TESTDIR%%/cookies.log cookies;

session_hide_cookie  on;

server {
    listen   127.0.0.1:%%PORT_0%%;
    listen   127.0.0.1:%%PORT_1%% http2;
    session  app;

    proxy_set_header  X-User $session_user;

    include  locations.conf;

    location /seen {
        proxy_set_header  X-Http $http_cookie;
        proxy_set_header  X-Cookie $cookie_sid;
        proxy_pass        http://127.0.0.1:%%PORT_2%%;
    }
}
EOF

$t->run();

###############################################################################

my $sid = http_get('/login/app')->cookie('sid');
my $mid = http_get('/login/mail')->cookie('mid');

is(cookies('/none'), '', 'no cookies');
is(cookies('/none', 'a=1; b=2'), 'a=1; b=2', 'others alone');
is(cookies('/none', "sid=$sid"), 'user Ada', 'the session\'s alone');
is(cookies('/none', "a=1; sid=$sid; b=2"), 'a=1; b=2 | user Ada', 'in a line');
is(cookies('/none', "sid=x; sid=$sid;sid=; sid=\"y\"; b"), 'b | user Ada',
	'all of the name');
is(cookies('/none', 'sid=forged; a="1; 2";; ,=  b ='), 'a="1; 2";; ,=  b =',
	'forged ones, and odd ones beside it');
is(cookies('/none', "Sid=1; sid_=2; xsid=3; __Host-sid=4; c=sid=$sid"),
	"Sid=1; sid_=2; xsid=3; __Host-sid=4; c=sid=$sid", 'names that are alike');
is(cookies('/none', 'a=1', "sid=$sid", 'sid=2; b=2', "b=3; sid=$sid"),
	'a=1 | b=2 | b=3 | user Ada', 'in several lines');
is(cookies('/all', 'a=1', "sid=$sid; b=2"),
	"a=1 | sid=$sid; b=2 | user Ada", 'off: nothing is cut');
is(cookies('/off', "sid=$sid"), "sid=$sid", 'nor without a session');
is(cookies('/mail', "sid=$sid; mid=$mid; c=3"), "sid=$sid; c=3 | user Max",
	'another manager has another cookie');

is(http2('/none', "a=1; sid=$sid; b=2"), 'a=1; b=2 | user Ada', 'HTTP/2');
is(http2('/none', 'a=1', "sid=$sid", 'b=2'), 'a=1; b=2 | user Ada',
	'HTTP/2: several fields');
is(http2('/none', "sid=$sid"), 'user Ada', 'HTTP/2: the session\'s alone');

# nginx itself

my $r = http_get('/seen', cookie => "a=1; sid=$sid");
like($r->body(), qr/^X-Http: a=1; sid=$sid\r$/m, '$http_cookie has it');
like($r->body(), qr/^X-Cookie: $sid\r$/m, 'so has $cookie_sid');
like($r->body(), qr/^Cookie: a=1\r$/m, 'the upstream has not');
ok(wait_until { $t->read_file('cookies.log') =~ /^\/seen: a=1; sid=$sid$/m },
	'and the access log has');

$t->stop();
done_testing();

###############################################################################
