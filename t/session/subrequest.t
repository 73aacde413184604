#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Subrequests see the session of the main request, and never change it; the
# client's copy of an injected header does not get through in them either.

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

$t->write_file('ssi.html', 'a <!--#include virtual="/part" --> z');
$t->write_file('plain.txt', 'plain');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session_variable  $session_seen seen;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /set {
        session_set  user Ada;
        return       204;
    }

    location = /auth {
        auth_request      /check;
        auth_request_set  $checked $upstream_http_x_seen;
        add_header        X-Checked $checked;
        try_files         /plain.txt =404;
    }

    location = /check {
        internal;
        session_set      seen subrequest;
        session_header   X-User user;
        proxy_pass       http://127.0.0.1:%%PORT_1%%;
    }

    location = /ssi.html {
        ssi  on;
    }

    location = /part {
        set             $session_seen part;
        session_header  X-User user;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location = /mirror {
        mirror     /copy;
        try_files  /plain.txt =404;
    }

    location = /copy {
        internal;
        session_header  X-User user;
        session_header  X-Twin nothing;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location = /bare {
        session       off;
        auth_request  /check;
        try_files     /plain.txt =404;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&upstream, $t->testdir() . '/copies');
$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/set', jar => $jar);

my ($key) = $mc->keys();
my $record = $mc->get($key);

my @evil = (header => ['X-User: evil', 'X_User: evil', 'x-twin: evil']);

my $before = $mc->stats()->{cmd_touch};

is(http_get('/auth', jar => $jar, @evil)->header('X-Checked'), 'Ada',
	'auth_request sees the session, and nothing of the client');
is($mc->stats()->{cmd_touch} - $before, 1, 'it is loaded once');

is(http_get('/ssi.html', jar => $jar, @evil)->body, 'a user=Ada z',
	'so does SSI');
is(http_get('/mirror', jar => $jar, @evil)->status, 200, 'mirror');

ok(Test::Session::wait_until(sub { -s $t->testdir() . '/copies' }),
	'the mirror was asked');
is($t->read_file('copies'), "Ada -\n", 'and is told the truth');

is(http_get('/auth', @evil)->header('X-Checked'), undef,
	'without a session there is no header');
is(http_get('/bare', jar => $jar, @evil)->status, 200,
	'a main request without a session');

is($mc->get($key), $record, 'subrequests changed nothing');
cmp_ok($t->log_count(qr/of "seen" was dropped: a subrequest cannot/), '>=', 1,
	'and the log says so');

$t->stop();
done_testing();

###############################################################################

# tells in its response who it was told the user is; keeps what it was told of
# a mirrored request

sub upstream {
	my ($address, $copies) = @_;

	accept_each($address, sub {
		my ($client) = @_;

		my $head = request_head($client);
		my ($user, $twin) = map {
			join ',', $head =~ /^x[-_]$_: (.*?)\r$/gmi } qw/ user twin /;

		if ($head =~ m!^GET /copy !) {
			open my $fh, '>>', $copies;
			print $fh $user, ' ', $twin eq '' ? '-' : $twin, "\n";
		}

		print $client "HTTP/1.0 200 OK\r\n"
			. ($user eq '' ? '' : "X-Seen: $user\r\n") . "\r\nuser=$user";
	});
}

###############################################################################
