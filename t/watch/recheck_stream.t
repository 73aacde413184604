#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_recheck on responses that do not end.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Long;
use Test::Session::Recheck;

###############################################################################

use constant LEFT => 3000;

my $t = Test::Session->new();
my $mc = $t->memcached();
my $life = sessions($t, $mc);

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    session             app;
    session_recheck     100ms;
    proxy_http_version  1.1;

    location /stream {
        proxy_pass       http://127.0.0.1:%%PORT_1%%;
        proxy_buffering  off;
    }

    location /buffered/ {
        proxy_pass  http://127.0.0.1:%%PORT_1%%/;
    }

    location /saved/ {
        session_set      n $request_id;
        proxy_pass       http://127.0.0.1:%%PORT_1%%/;
        proxy_buffering  off;
    }

    location /moved/ {
        session_regenerate;
        proxy_pass       http://127.0.0.1:%%PORT_1%%/;
        proxy_buffering  off;
    }

    location /logout/ {
        session_destroy;
        proxy_pass       http://127.0.0.1:%%PORT_1%%/;
        proxy_buffering  off;
    }

    location /included/ {
        ssi           on;
        default_type  text/html;
        alias         %%TESTDIR%%/page/;
    }

    location /slow/ {
        alias       %%TESTDIR%%/;
        limit_rate  1k;
    }

    location = /status {
        try_files  /nothing @status;
    }

    location @status {
        return  200 "$session_status";
    }
}
EOF

$t->write_file('large', 'x' x 1000000);
mkdir $t->testdir() . '/page';
$t->write_file('page/stream', 'begin <!--#include virtual="/stream" --> end');

long_upstream($t, 1);
$t->run();

###############################################################################

for my $uri (map { "$_/stream" } '', '/buffered', '/saved', '/moved',
	'/included')
{
	my $stream = stream($uri);

	ok($stream->read_until(qr/(?:tick.*){5}/s), "$uri is under way");
	looks(3);
	$stream->{data} = '';
	ok($stream->read_until(qr/tick/), 'and left open');

	$mc->flush();
	ok($stream->is_closed(), 'closed when the session is gone');
	unlike($stream->{data}, qr/\r\n0\r\n\r\n$/, 'not as if it were complete');
	ok(wait_until(sub { under_way(1) == 0 }), 'the upstream sees it');
}

my $large = stream('/slow/large');
ok($large->read_until(qr/x/), 'a file for a slow client');
$mc->flush();
ok($large->is_closed(), 'closed when the session is gone');
cmp_ok(length $large->{data}, '<', 1000000, 'before its end');

my $logout = stream('/logout/stream');
ok($logout->read_until(qr/tick/), 'the response to a logout');
is($mc->get($life->key('app')), undef, 'outlives the session');
$logout->{data} = '';
ok($logout->read_until(qr/(?:tick.*){10}/s), 'by design');
$logout->close();

# a keepalive connection is good for more requests

my $cookie = $life->begin('app', 0, LEFT);
my $kept = Test::Session::Long->start(http_request('/status',
	cookie => $cookie));
ok($kept->read_until(qr/HIT$/), 'a response that is complete');
my $other = Test::Session::Long->start(http_request('/stream',
	cookie => $cookie));
ok($other->read_until(qr/tick/), 'another one that is not');
$mc->flush();
ok($other->is_closed(), 'it is closed when the session is gone');
http_start(http_request('/status', cookie => $cookie),
	socket => $kept->{socket});
ok($kept->read_until(qr/EXPIRED$/), 'the one that waits for requests is not');
$kept->close();

$t->stop();
done_testing();

###############################################################################

sub stream {
	my ($uri) = @_;

	return Test::Session::Long->start(http_request($uri,
		cookie => $life->begin('app', 0, LEFT)));
}

###############################################################################
