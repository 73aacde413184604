#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A slow body whose session was logged out meanwhile: whoever reads it does not
# go on with it, neither WebDAV nor the upstream of a mirror.  A memcached that is
# down by then is told of.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use Time::HiRes qw/ time /;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
mkdir $t->testdir() . '/dav';
chmod 0777, $t->testdir() . '/dav';

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

log_format  seen  "$uri $request_body";

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /login   { session_set user ada; return 204; }
    location = /logout  { session_destroy; return 204; }

    location /dav/ {
        session      app require;
        root         %%TESTDIR%%;
        dav_methods  PUT;
    }

    location = /denied { session_on_error deny; proxy_pass
                         http://127.0.0.1:%%PORT_2%%; }
    location = /passed { session_on_error pass; proxy_pass
                         http://127.0.0.1:%%PORT_2%%; }

    location /mirrored {
        session     app require;
        mirror      /mirror;
        proxy_pass  http://127.0.0.1:%%PORT_1%%/main;
    }

    location = /mirror {
        internal;
        proxy_pass  http://127.0.0.1:%%PORT_1%%/copy;
    }
}

server {
    listen      127.0.0.1:%%PORT_1%%;
    access_log  %%TESTDIR%%/seen.log seen;

    location / {
        client_body_in_single_buffer  on;
        proxy_pass                    http://127.0.0.1:%%PORT_2%%;
    }
}

server {
    listen  127.0.0.1:%%PORT_2%%;
    return  204;
}
EOF

$t->run();

###############################################################################

my $logout = sub { http_get('/logout', cookie => $_[0]) };

is(slow('PUT /dav/kept', sub { 1 }), 201, 'a slow body is written');
is(slow('PUT /dav/lost', $logout), 401, 'not that of who has logged out');
is($t->read_file('dav/kept'), 'the body', 'all of it was');
ok(!-e $t->testdir() . '/dav/lost', 'the other has left no file');

is(slow('POST /mirrored/kept', sub { 1 }), 204, 'a slow body is mirrored');
is(slow('POST /mirrored/lost', $logout), 401, 'but not after a logout');

ok(wait_until {
	$t->read_file('seen.log') =~ m!^/copy the body$!m
}, 'the upstream of the mirror had the first');
is(scalar(() = $t->read_file('seen.log') =~ /^/mg), 2,
	'nobody had the second');

my $why = qr/ could not be checked again behind its body: memcached/;

for (['denied', 503, 'refused'], ['passed', 204, 'let through']) {
	my ($name, $status, $words) = @$_;

	is(slow("POST /$name", sub { $mc->kill_now() }), $status,
		"memcached is down: $words");
	ok($t->wait_for_log(qr/\[error\].* $words, the session of "app"$why/),
		'and the log says why');
	$mc->restart();
	wait_until { http_get('/login')->cookie('sid') };
}

$t->stop();
done_testing();

###############################################################################

# the status of a request whose body comes in two parts, more than a second
# apart: the rule is about this second

sub slow {
	my ($line, $meanwhile) = @_;

	my $cookie = 'sid=' . http_get('/login')->cookie('sid');
	my $loads = $mc->stats()->{cmd_touch};
	my $socket = http_start("$line HTTP/1.1\r\nHost: localhost\r\n"
		. "Cookie: $cookie\r\nContent-Length: 8\r\nConnection: close\r\n\r\n"
		. 'the ');

	wait_until { $mc->stats()->{cmd_touch} > $loads };
	my $from = time();

	$meanwhile->($cookie);
	wait_until { time() - $from > 1.2 };

	return http('body', socket => $socket)->status();
}

###############################################################################
