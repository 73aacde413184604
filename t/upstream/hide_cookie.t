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

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->run_daemon('127.0.0.1:' . port(2), \&echo);
$t->write_file("$_.html", "<!--#include virtual=\"/$_/part\" -->")
	for qw/ all none mail off /;

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session_manager mail { %%MANAGER_mid%% }

# a hidden cookie of the same name, and another session

session_manager twin { %%MANAGER_sid%% }

log_format  cookies  "$uri: $http_cookie";
access_log  %%TESTDIR%%/cookies.log cookies;

session_hide_cookie  on;

server {
    listen   127.0.0.1:%%PORT_0%%;
    listen   127.0.0.1:%%PORT_1%% http2;
    session  app;

    proxy_set_header  X-User $session_user;

    location = /login/app {
        session_set  user Ada;
        return       204;
    }

    location = /login/mail {
        session      mail;
        session_set  user Max;
        return       204;
    }

    location = /login/twin {
        session      twin;
        session_set  user Tim;
        return       204;
    }

    location /none {
        session_hide_cookie  on;
        proxy_pass           http://127.0.0.1:%%PORT_2%%;
    }

    location /all {
        session_hide_cookie  off;
        proxy_pass           http://127.0.0.1:%%PORT_2%%;
    }

    location /mail {
        session     mail;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /twin {
        session     twin;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /off {
        session     off;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /require {
        session     app require;
        error_page  401 = /off/login;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /seen {
        proxy_set_header  X-Http $http_cookie;
        proxy_set_header  X-Cookie $cookie_sid;
        proxy_pass        http://127.0.0.1:%%PORT_2%%;
    }

    # the upstream is down, the request goes on elsewhere

    location ~ ^/from/(\w+)/to(/.*) {
        error_page  502 = $2;
        proxy_pass  http://127.0.0.1:%%PORT_3%%;
    }

    location ~ ^/show/to(/.*) {
        session_hide_cookie  off;
        error_page           502 = $1;
        proxy_pass           http://127.0.0.1:%%PORT_3%%;
    }

    location ~ \.html$ {
        ssi  on;
    }
}
EOF

$t->run();

###############################################################################

my ($sid, $mid, $twin) = map {
	http_get("/login/$_")->cookie($_ eq 'mail' ? 'mid' : 'sid')
} qw/ app mail twin /;

# a request with Cookie lines: the Cookie lines that the back end got, its user

sub cookies {
	my ($uri, @lines) = @_;

	return seen(http_get($uri, header => [ map { "Cookie: $_" } @lines ]));
}

sub http2 {
	my ($uri, @lines) = @_;

	return seen(curl('--http2-prior-knowledge',
		map({ ('-H', "Cookie: $_") } @lines),
		'http://127.0.0.1:' . port(1) . $uri));
}

sub seen {
	my ($r) = @_;

	return join ' | ', sort map { s/\r?$//r }
		grep { s/^(?:Cookie|X-(User)): /$1 ? 'user ' : ''/ie }
		split /\n/, $r->body();
}

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

# internal redirects

my $both = "sid=$sid; a=1; mid=$mid";

is(cookies('/from/app/to/none', $both), "a=1; mid=$mid | user Ada",
	'hidden in two locations');
is(cookies('/from/app/to/all', "sid=$sid", 'a=1', "b=2; sid=$sid"),
	"a=1 | b=2; sid=$sid | sid=$sid | user Ada", 'back where it may be seen');
is(cookies('/from/app/to/all', "sid=$sid"), "sid=$sid | user Ada",
	'also where nothing was left');
is(cookies('/from/app/to/off', $both), $both,
	'and where there is no session, nor its user');
is(cookies('/from/app/to/mail', $both), "sid=$sid; a=1 | user Max",
	'another manager finds its session, and hides its own');
is(cookies('/from/app/to/twin', "sid=$sid; sid=$twin"), 'user Tim',
	'also in a cookie that was hidden');
is(cookies('/show/to/none', $both), "a=1; mid=$mid | user Ada",
	'hidden in the second location only');
is(cookies('/require', 'sid=forged; a=1'), 'sid=forged; a=1',
	'error_page of a refusal');
is(http2('/from/app/to/all', $both), "$both | user Ada", 'HTTP/2');

# subrequests of a location that hides it

is(cookies('/none.html', $both), "a=1; mid=$mid | user Ada",
	'hidden in a subrequest');
is(cookies('/all.html', $both), "$both | user Ada",
	'seen in one that may see it');
is(cookies('/mail.html', $both), "sid=$sid; a=1",
	'another manager\'s in a subrequest');
is(cookies('/off.html', $both), $both,
	'and in one without a session');

# what nginx -t refuses

for my $case (
	[ 'session app;', '', qr/invalid number of arguments in "session_hide_/ ],
	[ 'session app;', 'yes', qr/"yes" in "session_hide_cookie" directive, it/ ],
	[ 'session app; session_hide_cookie off;', 'on',
		qr/"session_hide_cookie" directive is duplicate/ ],
	[ '', 'on', qr/"session_hide_cookie" or a similar directive in locat/ ],
	[ 'session off;', 'on', qr/"session_hide_cookie" or a similar direct/ ],
)
{
	my ($ok, $said) = $t->check_http("session_manager app {"
		. " secret_file %%TESTDIR%%/secret; memcached 127.0.0.1; }\n"
		. "server { listen 127.0.0.1:%%PORT_0%%;\nlocation / {\n$case->[0]\n"
		. "session_hide_cookie $case->[1]; } }\n");

	ok(!$ok && $said =~ $case->[2],
		"refused: $case->[0] session_hide_cookie $case->[1]") or diag($said);
}

$t->stop();
done_testing();

###############################################################################
