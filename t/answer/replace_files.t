#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A response that is replaced while threads or the kernel read its file, or
# write what its upstream sends: it is 503 in every case.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Responses;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
responses($t);
$t->certificate('localhost');
$t->write_file('file.bin', 'file' x 250000);
$t->write_file('kernel.conf', $t->has('--with-file-aio') ? 'aio on;' : '');

$t->write_conf(<<'EOF');
output_buffers  2 64k;

ssl_certificate      %%TESTDIR%%/localhost.crt;
ssl_certificate_key  %%TESTDIR%%/localhost.key;

session_manager app { %%MANAGER_sid%% max_size 200; }

server {
    listen            127.0.0.1:%%PORT_0%%;
    listen            127.0.0.1:%%PORT_1%% ssl http2;
    session           app;
    session_on_error  deny;
    session_set       big $arg_v;

    location /threads/ {
        alias     %%TESTDIR%%/;
        aio       threads;
        sendfile  off;
    }

    location /sendfile/ {
        alias     %%TESTDIR%%/;
        aio       threads;
        sendfile  on;
    }

    location /directio/ {
        alias     %%TESTDIR%%/;
        directio  4k;
        sendfile  off;
    }

    location /kernel/ {
        alias     %%TESTDIR%%/;
        include   kernel.conf;
        directio  4k;
        sendfile  off;
    }

    location /limited/ {
        alias       %%TESTDIR%%/;
        aio         threads;
        sendfile    off;
        limit_rate  100m;
    }

    location = /written {
        aio                      threads;
        aio_write                on;
        proxy_pass               http://127.0.0.1:%%PORT_9%%/large;
        proxy_buffer_size        4k;
        proxy_buffers            2 4k;
        proxy_busy_buffers_size  4k;
    }

    location /mirrored/ {
        mirror     /written;
        alias      %%TESTDIR%%/;
        aio        threads;
        sendfile   off;
    }
}
EOF

$t->run();

###############################################################################

my $worker = ($t->worker_pids())[0];
my $long = 'v=' . 'x' x 300;

for my $uri (map({ "/$_/file.bin" } qw/ threads sendfile directio kernel
	limited mirrored /), '/written')
{
	my (%refused, %sent);

	for (1 .. 10) {
		$refused{http_get("$uri?$long")->status()}++;

		my $r = http_get("$uri?v=$_");
		$sent{$r->status() . ', ' . length $r->body()}++;
	}

	my $size = $uri eq '/written' ? 3000000 : 1000000;

	is_deeply(\%refused, { 503 => 10 }, "$uri is replaced");
	is_deeply(\%sent, { "200, $size" => 10 }, "$uri is whole when saved");

	my @urls = map { ('-o', '/dev/null', 'https://127.0.0.1:' . port(1)
		. "$uri?$_") } ($long, 'v=1') x 5;
	my $codes = curl('--http2', '-w', '%{http_code} ',
		@urls)->raw();
	is($codes, '503 200 ' x 5, "$uri is replaced in HTTP/2");
}

is(($t->worker_pids())[0], $worker, 'the worker lives');

$t->stop();
done_testing();

###############################################################################
