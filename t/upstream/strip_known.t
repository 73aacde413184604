#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Headers that nginx itself knows: the client's copy of one that a location
# gives means nothing to nginx either.

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

plan(skip_all => 'nginx without realip') unless $t->has('http_realip_module');

$t->secret();
$t->write_file('users', "eve:{PLAIN}secret\n");
$t->write_file('page.txt', '0123456789');
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

set_real_ip_from  127.0.0.1;
real_ip_header    X-Real-IP;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /set {
        session_set  place 10.0.0.9;
        return       204;
    }

    location = /given {
        session_header  X-Forwarded-For place;
        session_header  X-Real-IP place;
        session_header  Authorization place;
        session_header  Range place;
        session_header  User-Agent place;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location = /known {
        return  200 "$http_x_forwarded_for|$proxy_add_x_forwarded_for|$remote_user|$remote_addr|$http_user_agent|$http_referer";
    }

    location = /basic {
        auth_basic            users;
        auth_basic_user_file  %%TESTDIR%%/users;
    }

    location = /page.txt {
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&echo);
$t->run();

###############################################################################

my $cookie = 'sid=' . http_get('/set')->cookie('sid');
my @evil = ('X-Forwarded-For: 192.0.2.1', 'X-Forwarded-For: 192.0.2.2',
	'X-Real-IP: 192.0.2.3', 'Authorization: Basic ZXZlOnNlY3JldA==',
	'User-Agent: evil', 'Range: bytes=0-1', 'Referer: kept');

is(http_get('/known', header => \@evil)->body(), '|127.0.0.1||127.0.0.1||kept',
	'variables know nothing of them');
is(http_get('/basic', header => \@evil)->status(), 401,
	'nor does another module');
is(http_get('/page.txt', header => \@evil)->status(), 200, 'nor nginx');

my $body = http_get('/given', header => \@evil, cookie => $cookie)->body();

unlike($body, qr/192\.0\.2\.|Basic|evil|bytes/, 'nor the upstream');
is(() = $body =~ /: 10\.0\.0\.9\r?$/mg, 5, 'which has what the session gives');

$t->stop();
done_testing();

###############################################################################
