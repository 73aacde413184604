#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Request headers where lines repeat, or have names that only some back ends
# take for those of the session.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Server;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret');
$t->run_daemon('127.0.0.1:' . port(1), \&scgi);

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

ignore_invalid_headers  off;
underscores_in_headers  on;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /set {
        session_set  user Ada;
        return       204;
    }

    location / {
        session_header  X-Session-User user;
        scgi_pass       127.0.0.1:%%PORT_1%%;
    }

    location /hide {
        session_hide_cookie  on;
        scgi_pass            127.0.0.1:%%PORT_1%%;
    }

    location /hide/again {
        session_hide_cookie  on;
        scgi_pass            127.0.0.1:%%PORT_2%%;
        error_page           502 = /show;
    }

    location /show {
        scgi_pass  127.0.0.1:%%PORT_1%%;
    }

    location /again {
        scgi_pass   127.0.0.1:%%PORT_2%%;
        error_page  502 = /;
    }
}
EOF

$t->run();

###############################################################################

my $cookie = 'sid=' . http_get('/set')->cookie('sid');

for my $uri ('/', '/again') {
	my $r = http_get($uri, cookie => $cookie,
		header => ['X-Session-User: Eve', ('X-Many: many') x 100]);
	my $name = $uri eq '/' ? 'at once' : 'by a second location';

	is(() = $r->body() =~ /\bmany\b/g, 100, "lines are passed on $name");
	like($r->body(), qr/^HTTP_X_SESSION_USER=Ada$/m, "with the user $name");
	unlike($r->body(), qr/Eve/, "and not the client's $name");
}

for my $uri ('/hide', '/hide/again') {
	my $r = http_get($uri, header => [ ('X-Many: many') x 50,
		map({ ("Cookie: crumb=$_", "Cookie: $cookie; crumb=$_") } 1 .. 50) ]);
	my $sessions = $uri eq '/hide' ? 0 : 50;

	is(() = $r->body() =~ /\bcrumb=/g, 100, "$uri: all cookies are passed on");
	is(() = $r->body() =~ /\bsid=/g, $sessions, "$uri: the session's, or not");
	is(() = $r->body() =~ /\bmany\b/g, 50, "$uri: and other lines");
}

for my $name ('X.Session.User', 'X-Session.User', 'x_session!user') {
	my $r = http_get('/', header => "$name: Eve");

	unlike($r->body(), qr/Eve/, "$name is no other name");
}

$t->stop();
done_testing();

###############################################################################

# answers with the request's variables

sub scgi {
	my ($address) = @_;

	accept_each($address, sub {
		my ($client) = @_;

		my @params = scgi_params($client) or return;
		my $body = '';

		while (my ($name, $value) = splice @params, 0, 2) {
			$body .= "$name=" . ($value // '') . "\n";
		}

		print $client "Status: 200\r\n\r\n$body";
	});
}

###############################################################################
