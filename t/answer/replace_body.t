#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A response that is replaced by 503 while the rest of its request's body is
# still to come: the rest is dropped, and is never taken for a request.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_file('large.html', 'large ' x 2000000);

# the body comes when the response has been read, which may take its time

$t->write_conf(<<'EOF');
lingering_time     60s;
lingering_timeout  60s;

session_manager app { %%MANAGER_sid%% max_size 200; }

session_manager down {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%PORT_9%%;
    cookie       down secure=off;
}

server {
    listen            127.0.0.1:%%PORT_0%%;
    session_on_error  deny;

    location = /size {
        session      app;
        session_set  big $arg_v;
        return       200 "ok\n";
    }

    location = /down {
        session      down;
        session_set  n 1;
        return       200 "ok\n";
    }

    location = /page {
        session      app;
        session_set  big $arg_v;
        error_page   503 /large.html;
        return       200 "ok\n";
    }

    location = /match {
        session      app;
        session_set  big $arg_v always;
        alias        %%TESTDIR%%/large.html;
    }

    location = /plain {
        return  503;
    }

    location = /smuggled {
        return  200 "smuggled\n";
    }

    location = /next {
        return  200 "next\n";
    }

    location = /large.html {
        alias  %%TESTDIR%%/large.html;
    }
}
EOF

$t->run();

###############################################################################

my $inner = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
my $long = 'v=' . 'x' x 300;

my %framing = (
	'of a Content-Length' => ['Content-Length: ' . length $inner, $inner],
	'in chunks' => ['Transfer-Encoding: chunked',
		sprintf("%x\r\n%s\r\n0\r\n\r\n", length $inner, $inner)],
	'that waits for a 100' => ["Expect: 100-continue\r\nContent-Length: "
		. length $inner, $inner],
);

for my $uri ('/plain', "/size?$long", '/down', "/page?$long") {
	for my $name (sort keys %framing) {
		my ($lines, $body) = @{$framing{$name}};
		my ($path) = $uri =~ /^([^?]*)/;

		my $socket = http_start("POST $uri HTTP/1.1\r\nHost: x\r\n"
			. "$lines\r\n\r\n");
		is(http_end($socket)->status(), 503,
			"$path, a body $name: replaced before the body came");

		print $socket $body, http_request('/next');
		is(http_end($socket)->body(), "next\n",
			"$path, a body $name: the next request is answered next");
	}
}

# what a filter of nginx has put in the place of a file already

for my $header ('If-Match: "x"', 'Range: bytes=99999999-') {
	my ($first, $next) = http_pipeline([http_request("/match?$long",
		header => $header), http_request('/next')]);
	is($first->status(), 503, "$header: replaced once more");
	is($next->body(), "next\n", "$header: the next request is answered");

	my ($plain, $control) = http_pipeline([http_request('/large.html',
		header => $header), http_request('/next')]);
	($first, $next) = http_pipeline([http_request('/match?v=1',
		header => $header), http_request('/next')]);
	is($first->status(), $plain->status(), "$header: as without a session");
	like($first, qr/^Set-Cookie: sid=/m, "$header: saved");
	is($next->status(), $control->status(), "$header: so is what is next");
}

$t->stop();
done_testing();

###############################################################################
