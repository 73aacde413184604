#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A response that is replaced when "return" had discarded all of the body at
# once: an upstream of error_page gets no request without its body.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
$t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% max_size 1k; }

server {
    listen            127.0.0.1:%%PORT_0%%;
    session           app;
    session_on_error  deny;
    error_page        503 = @other;

    location = /large { session_set big $arg_v; return 200 ok; }

    location @other {
        session     off;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }
}

server {
    listen  127.0.0.1:%%PORT_1%%;
    return  200 "upstream";
}
EOF

$t->run();

###############################################################################

my $uri = '/large?v=' . 'x' x 2000;

is(post("Content-Length: 4\r\n\r\nbody"), 503, 'a body of a length');
is(post("Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"), 503,
	'a chunked one');
is(post("Content-Length: 0\r\n\r\n"), 200, 'without a body there is no loss');
is(http_get($uri)->body(), 'upstream', 'nor with GET');

$t->stop();
done_testing();

###############################################################################

# head and body in one piece

sub post {
	my ($rest) = @_;

	return http("POST $uri HTTP/1.1\r\nHost: localhost\r\n"
		. "Connection: close\r\n$rest")->status();
}

###############################################################################
