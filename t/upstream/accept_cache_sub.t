#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# An answer that changes a session is in no cache, whoever has fetched it: a
# subrequest, a background update, a location that does not listen, or one
# whose upstream speaks another protocol.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;
use Test::Session::Server;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_file('ssi.html', '<!--#include virtual="/part" -->');
$t->write_file('page.html', 'page');
$t->write_conf(<<'EOF');
proxy_cache_path  %%TESTDIR%%/cache keys_zone=one:1m;
scgi_cache_path   %%TESTDIR%%/scgi keys_zone=two:1m;

session_manager app { %%MANAGER_sid%% }

add_header         X-Cache $upstream_cache_status always;
add_header         X-Seen $upstream_http_x_version always;
proxy_cache        one;
proxy_cache_key    $uri;
proxy_cache_valid  any 1h;

server {
    listen          127.0.0.1:%%PORT_0%%;
    session         app;
    session_accept  X-Session- keys=user;

    location = /part {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location = /check {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location = /ssi.html {
        ssi  on;
    }

    location = /auth {
        auth_request  /check;
        try_files     /page.html =404;
    }

    location = /deaf {
        session_accept  off;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location = /hidden {
        proxy_hide_header  X-Session-Set;
        proxy_pass         http://127.0.0.1:%%PORT_1%%;
    }

    location = /missing {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location ~ ^/(?:stored|other)$ {
        root               %%TESTDIR%%/store;
        proxy_cache        off;
        proxy_store        on;
        proxy_pass         http://127.0.0.1:%%PORT_1%%;
    }

    location = /background {
        proxy_cache_valid              200 1s;
        proxy_cache_use_stale          updating;
        proxy_cache_background_update  on;
        proxy_pass                     http://127.0.0.1:%%PORT_1%%;
    }

    location = /scgi {
        scgi_cache        two;
        scgi_cache_key    $uri;
        scgi_cache_valid  any 1h;
        scgi_pass         127.0.0.1:%%PORT_2%%;
    }

    location = /scgi.html {
        ssi  on;
    }
}
EOF

$t->write_file('scgi.html', '<!--#include virtual="/scgi" -->');
$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run_daemon('127.0.0.1:' . port(2), \&scgi);
$t->run();

###############################################################################

for (['/ssi.html', '/part'], ['/auth', '/check'], ['/deaf', '/deaf'],
	['/hidden', '/hidden'], ['/missing', '/missing', status => 404])
{
	my ($uri, $cached, @extra) = @$_;

	http_get($uri, say_lines('Set: user=evil', @extra));
	is(http_get($cached)->header('X-Cache'), 'MISS',
		"$uri: an answer with a line is not kept");
	is(http_get($cached)->header('X-Cache'), 'HIT', 'one without is');
}

my $stored = $t->testdir() . '/store/stored';

http_get('/stored', say_lines('Set: user=evil'));
http_get('/other', header => 'X-Say: X-Version: 1');
ok(Test::Session::wait_until(sub { -e $t->testdir() . '/store/other' }),
	'an answer is stored as a file');
ok(!-e $stored, 'but not one with a line');

# the client's connection lasts as long as the update in the background

http_get('/background', header => 'X-Say: X-Version: 1');

my @evil = (header => 'X-Say: X-Session-Set: user=evil|X-Version: 2');
my $r;

ok(Test::Session::wait_until(sub {
	$r = http_get('/background', @evil);
	return $r->header('X-Cache') eq 'STALE';
}), 'an answer is too old');

for (1 .. 5) {
	$r = http_get('/background', @evil);
	like($r->header('X-Cache') . $r->header('X-Seen'), qr/^[SU].*1$/,
		'what the background has fetched is not kept');
}

# SCGI

http_get('/scgi.html');

for (1 .. 2) {
	is(http_get('/scgi')->header('X-Cache'), 'MISS', 'nor what comes by SCGI');
}

$t->stop();
done_testing();

###############################################################################

sub scgi {
	my ($address) = @_;

	accept_each($address, sub {
		my ($client) = @_;

		scgi_params($client) or return;
		print $client "Status: 200 OK\r\nX-Session-Set: user=evil\r\n\r\nsaid";
	});
}

###############################################################################
