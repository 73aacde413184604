#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_hide_cookie where a request goes on in another location, and in
# subrequests.

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
$t->write_file("$_.html", "<!--#include virtual=\"/$_/part\" -->")
	for qw/ all none mail off /;

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session_manager mail { %%MANAGER_mid%% }

# a hidden cookie of the same name, and another session

session_manager twin { %%MANAGER_sid%% }

session_hide_cookie  on;

server {
    listen   127.0.0.1:%%PORT_0%%;
    listen   127.0.0.1:%%PORT_1%% http2;
    session  app;

    proxy_set_header  X-User $session_user;

    include  locations.conf;

    location = /login/twin {
        session      twin;
        session_set  user Tim;
        return       204;
    }

    location /twin {
        session     twin;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /require {
        session     app require;
        error_page  401 = /off/login;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
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

$t->stop();
done_testing();

###############################################################################
