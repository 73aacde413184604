#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A page that waits, since $session_csrf may be read in it, may come in buffers
# that have no byte: those of gzip, while zlib keeps the page.

###############################################################################

use warnings;
use strict;

use FindBin;
use IO::Uncompress::Gunzip qw/ gunzip /;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Preload;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_file('page', 'x' x 99 . '<input value=HERE>');
preload($t, 'late_deflate');

# each 16 bytes of the file make a buffer of gzip

$t->write_conf(<<'EOF');
default_type  text/html;

session_manager app { %%MANAGER_sid%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    gzip             on;
    gzip_min_length  1;
    gzip_no_buffer   on;
    output_buffers   1 16;

    session       app;
    session_csrf  on;
    sub_filter    HERE $session_csrf;

    location / {
        alias  %%TESTDIR%%/;
    }
}
EOF

$t->run();

###############################################################################

my ($worker) = $t->worker_pids();

my $r = http_get('/page', header => 'Accept-Encoding: gzip');
my $packed = $r->body();
gunzip(\$packed, \my $page) or die "no gzip: $r\n";

like($page, qr/^x{99}<input value=[\w-]{48}>$/,
	'a page that waits, with a token');
like($r->header('Set-Cookie'), qr/^sid=.{100}/, 'and its session');

is(($t->worker_pids())[0], $worker, 'the worker lives');

$t->stop();
done_testing();

###############################################################################
