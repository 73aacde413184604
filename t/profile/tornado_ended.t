#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Who brings back a session that nginx has ended: a Tornado application that
# has read it before or has its cookies does, nginx does not.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Seen;
use Test::Session::TornadoApp;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

tornado_app($t, port(1), [ $mc->address() ]);

$t->write_conf(<<'EOF');
session_manager app {
    profile             tornado;
    cookie_secret_file  cookie;
    secret_file         session;
    memcached           127.0.0.1:%%MC_0%%;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }
    location = /app/slow/leave {
        session_set  by_nginx 1;
        proxy_pass   http://127.0.0.1:%%PORT_1%%;
    }
    location = /read {
        add_header  X-Session "$session_status $session_user_name";
        empty_gif;
    }
    location = /set    { session_set k v; return 204; }
    location = /logout { session_destroy; return 204; }
}
EOF

$t->run();

###############################################################################

# while a request of the same browser goes on

for (
	[ 'leave', 'EXPIRED ', 'nginx does not bring it back' ],
	[ 'save', 'HIT ada', 'an application that saves it does' ],
) {
	my ($action, $expected, $name) = @$_;
	my $cookies = login();

	my $slow = http_start(http_request("/app/slow/$action",
		cookie => $cookies, close => 1));
	http_get('/app/slow/begun', port => port(1));

	is(http_get('/logout', cookie => $cookies)->status, 204,
		"$action: nginx ends a session that is in use");
	is(seen_as($cookies), 'EXPIRED ', "$action: it is gone");

	http_get('/app/slow/go', port => port(1));
	is(http_end($slow)->status, 200, "$action: the request that used it");
	is(seen_as($cookies), $expected, "$action: $name");
}

# by its cookies, later

my $cookies = login();
my ($key) = $mc->keys();
http_get('/logout', cookie => $cookies);

my $r = http_get('/set', cookie => $cookies);
my ($new) = $mc->keys();
is($r->status, 204, 'a key that nginx sets');
isnt($new, $key, 'begins a new id');

$mc->flush();
http_get('/login?user=eve', cookie => $cookies);
is(join(' ', $mc->keys()), $key, 'the application takes the old one');
is(seen_as($cookies), 'HIT eve', 'which is good again');

$t->stop();
done_testing();

###############################################################################

# the Cookie header of a new session, the only one there is

sub login {
	my $jar = cookie_jar();

	$mc->flush();
	http_get('/login?user=ada', jar => $jar);

	return $jar->header();
}

###############################################################################
