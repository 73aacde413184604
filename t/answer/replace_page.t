#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A response that is replaced by 503 for which an upstream makes the
# error_page: it gets the request's body, or it is not asked.

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

$t->write_conf(<<'EOF');
client_body_buffer_size  1k;

session_manager app { %%MANAGER_sid%% max_size 200; }

server {
    listen            127.0.0.1:%%PORT_0%%;
    listen            127.0.0.1:%%PORT_1%% http2;
    session           app;
    session_on_error  deny;
    session_set       big $arg_v;
    error_page        503 = @other;

    location = /proxy {
        proxy_pass  http://127.0.0.1:%%PORT_8%%;
    }

    location = /store {
        proxy_pass   http://127.0.0.1:%%PORT_8%%;
        proxy_store  %%TESTDIR%%/stored;
    }

    location = /streaming {
        proxy_request_buffering  off;
        proxy_pass               http://127.0.0.1:%%PORT_8%%;
    }

    location = /return {
        return  200 "returned\n";
    }

    location = /next {
        session     off;
        error_page  503 /nothing;
        return      200 "next\n";
    }

    location @other {
        proxy_pass  http://127.0.0.1:%%PORT_9%%;
    }
}
EOF

$t->run_daemon("127.0.0.1:" . port($_), \&reflect) for 8, 9;
$t->run();

###############################################################################

my $long = 'v=' . 'x' x 300;

for my $size (0, 10, 100000) {
	my $body = 'b' x $size;

	for my $uri ('/proxy', '/store') {
		is(http_post("$uri?$long", $body)->body(), "POST $uri?$long $body",
			"$uri: a body of $size bytes is sent again");

		is(http_post("$uri?v=1", $body)->body(), "POST $uri?v=1 $body",
			"$uri: a response that is saved has its own");

		my $file = "chunk-$size";
		$t->write_file($file, $body);

		my $r = curl('--http2-prior-knowledge', '--data-binary',
			'@' . $t->testdir() . "/$file",
			'http://127.0.0.1:' . port(1) . "$uri?$long");
		is($r->body(), "POST $uri?$long $body",
			"$uri: so is one of $size bytes in HTTP/2");
	}

	my $r = http(http_request("/proxy?$long", method => 'POST',
		header => 'Transfer-Encoding: chunked')
		. ($size ? sprintf("%x\r\n%s\r\n", $size, $body) : '')
		. "0\r\n\r\n");
	is($r->body(), "POST /proxy?$long $body",
		"so is a body of $size bytes in chunks");
}

###############################################################################

# a body that is gone, or on its way out

my $socket = http_start("POST /return?$long HTTP/1.1\r\nHost: x\r\n"
	. "Content-Length: 100000\r\n\r\n" . 'b' x 50000);
is(http_end($socket)->status(), 503,
	'an upstream is not told of a body that is being dropped');
print $socket 'b' x 50000, http_request('/next');
is(http_end($socket)->body(), "next\n", 'it is dropped to its end');

$socket = http_start("POST /streaming?$long HTTP/1.1\r\nHost: x\r\n"
	. "Content-Length: 100000\r\n\r\n");
print $socket 'b' x 100000;
is(http_end($socket)->status(), 503,
	'an upstream is not told of a body that went to another unbuffered');

is(http_post("/return?$long", '')->body(), "POST /return?$long ",
	'a request without a body is no such thing');

is($t->log_count(qr/\[crit\]/), 0, 'no file was read after it was closed');

$t->stop();
done_testing();

###############################################################################
