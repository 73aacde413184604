#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The client's copy of a header that any location gives: no location, server,
# upstream or variable sees it, from the first phase on.

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
$t->write_file('ssi.html', '<!--#include virtual="/part" -->');
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session_manager other {
    %%MANAGER_oid%%
    assertion_secret_file  %%TESTDIR%%/key;
}

map $http_x_session_user $mapped {
    default  $http_x_session_user;
}

limit_req_zone  $http_x_session_user  zone=users:1m  rate=1r/m;
log_format      seen "$uri $http_x_session_user$mapped";
access_log      %%TESTDIR%%/seen.log seen;

underscores_in_headers       on;
client_header_buffer_size    1k;
large_client_header_buffers  2 1k;

proxy_set_header  X-Told "$http_x_session_user$mapped$early";
server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;
    set      $early $http_x_session_user$mapped;

    error_page  494 = /api/494;

    if ($http_x_session_user) {
        return  409;
    }

    location = /set {
        session_set  user Ada;
        return       204;
    }

    location /app/ {
        session_headers  X-Session- user;
        limit_req        zone=users;
        proxy_pass       http://127.0.0.1:%%PORT_2%%;
    }

    location /app/cart/ {
        session_header  X-Cart user;
        proxy_pass      http://127.0.0.1:%%PORT_2%%;
    }

    location /admin/ {
        session            other;
        session_assertion  X-Assertion sub=user;
        proxy_pass         http://127.0.0.1:%%PORT_2%%;
    }

    location /api/ {
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /off/ {
        session     off;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location = /part {
        proxy_pass  http://127.0.0.1:%%PORT_2%%/api/part;
    }

    location = /ssi.html {
        session_headers  X-Session- user;
        ssi              on;
    }

    location = /refused {
        session_headers  X-Session- user;
        error_page       403 = @refused;
        deny             all;
    }

    location @refused {
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }
}

server {
    listen      127.0.0.1:%%PORT_1%% http2;
    set         $early "";

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }
}
EOF

$t->secret('key', 'k' x 40);

$t->run_daemon('127.0.0.1:' . port(2), \&echo);
$t->run();

###############################################################################

my $cookie = 'sid=' . http_get('/set')->cookie('sid');
my @evil = ('X-Session-User: evil', 'x_session_user: evil', 'X-CART: evil',
	'X-Assertion: evil', 'x_assertion: evil', 'X-Keep: kept');

for my $uri (qw! /app/cart/ /admin/ /api/ /off/ /ssi.html !) {
	is_told($uri, http_get($uri, header => \@evil)->body(), '');
}

is_told('/app/', http_get('/app/', header => \@evil, cookie => $cookie)->body(),
	'Ada');
is_told('/refused', http_get('/refused', header => \@evil, cookie => $cookie),
	'');

is_told('a header that is too large', http_get('/app/', header => [ @evil,
	'X-Large: ' . 'x' x 2000 ])->body(), '');

is_told('another server, by HTTP/2', http2_get('/', @evil), '');

$t->stop();

unlike($t->read_file('seen.log'), qr/evil/, 'nor does a log');
is(() = $t->read_file('seen.log') =~ /Ada/g, 2,
	'variables have what the session gives');

done_testing();

###############################################################################

sub is_told {
	my ($name, $body, $user) = @_;

	unlike($body, qr/evil/, "$name shows nothing of the client's");
	like($body, qr/^X-Keep: kept\r?$/mi, 'but all else');
	is(join(', ', $body =~ /^X-Told: (.*?)\r?$/mgi), $user x 2,
		'variables have what the location gives');
}

###############################################################################
