#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_accept and proxy_cache: what a response says of one user's session
# is neither kept in a cache nor believed when it comes out of one.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret');

$t->write_conf(<<'EOF');
proxy_cache_path  %%TESTDIR%%/cache keys_zone=one:1m;

session_manager app { %%MANAGER_sid%% }

log_format  upstream "$uri: $upstream_cache_status $session_meta_upstream";

add_header          X-Cache $upstream_cache_status always;
proxy_cache         one;
proxy_cache_key     $arg_key;
proxy_cache_valid   200 1h;
proxy_cache_bypass  $arg_bypass;

server {
    listen          127.0.0.1:%%PORT_0%%;
    access_log      %%TESTDIR%%/upstream.log upstream;
    session         app;
    session_accept  X-Session- keys=user destroy;

    location /on {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /off {
        session_accept  off;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /short {
        session_accept     off;
        proxy_cache_valid  200 1s;
        proxy_pass         http://127.0.0.1:%%PORT_1%%;
    }

    location /stale {
        proxy_cache_use_stale  http_500;
        proxy_pass             http://127.0.0.1:%%PORT_1%%;
    }

    location /revalidate {
        proxy_cache_revalidate  on;
        proxy_pass              http://127.0.0.1:%%PORT_1%%;
    }

    location /background {
        proxy_cache_use_stale          updating;
        proxy_cache_background_update  on;
        proxy_pass                     http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my ($ada, $bob) = (cookie_jar(), cookie_jar());

my $r = http_get('/on?key=1', jar => $ada, say_lines('Set: user=Ada'));
is($r->header('X-Cache'), 'MISS', 'asked of the upstream');
my ($key) = $mc->keys();
is($mc->get($key), '{"user":"Ada"}', 'which is believed');

$r = http_get('/on?key=1', jar => $bob, say_lines('Set: user=Bob'));
is($r->header('X-Cache'), 'MISS', 'it was not kept for another user');
my ($other) = grep { $_ ne $key } $mc->keys();
is($mc->get($other), '{"user":"Bob"}', 'who has a session of their own');
is($mc->get($key), '{"user":"Ada"}', 'and nothing of the first one');
unlike(http_get('/on?key=1', jar => $bob), qr/Ada|X-Session-Set/i, 'nor later');

is(http_get('/on?key=1', jar => $ada)->header('X-Cache'), 'HIT',
	'a response that says nothing is kept');
is(http_get('/on?key=1&bypass=1', jar => $ada, say_lines('Set: user=Eve'))
	->header('X-Cache'), 'BYPASS', 'the cache is passed by');
is($mc->get($key), '{"user":"Eve"}', 'it is the upstream that speaks');
is(http_get('/on?key=1', jar => $bob)->header('X-Cache'), 'HIT',
	'the cache has what it had');

$r = http_get('/on?key=2', jar => $bob, say_lines('Set: admin=1'));
$r = http_get('/on?key=2', jar => $bob);
is($r->header('X-Cache'), 'MISS', 'what is refused is not kept either');

http_get('/off?key=3', say_lines('Set: user=evil'));
is(http_get('/on?key=3', jar => $bob)->header('X-Cache'), 'MISS',
	'nor is a line that nobody listened to');

# what came into the cache when the prefix was unknown

my $evil = 'X-Said-Set: user=evil|X-Said-Destroy: 1';

http_get('/on?key=4', header => "X-Say: $evil");
http_get("/short?key=$_", header => "X-Say: $evil|ETag: \"x\"") for 5 .. 7;

$t->write_file('nginx.conf', $t->read_file('nginx.conf')
	=~ s/X-Session- keys/X-Said- keys/r);
$t->reload() and $t->old_workers_gone();

$r = http_get('/on?key=4', jar => $bob);
is($r->header('X-Cache'), 'HIT', 'a hit that has lines');
unlike($r, qr/x-said-/i, 'shows none of them');
is($mc->get($other), '{"user":"Bob"}', 'nor are they believed');

# a kept response that is too old

for (['/stale?key=5', 'STALE', 500], ['/revalidate?key=6', 'REVALIDATED', 304],
	['/background?key=7', 'STALE|UPDATING', 200])
{
	my ($uri, $status, $answer) = @$_;

	ok(Test::Session::wait_until(sub {
		$r = http_get($uri, jar => $bob, header => [ "X-Say: $evil",
			"X-Status: $answer" ]);
		return $r->header('X-Cache') =~ /^(?:$status)$/;
	}), "$uri becomes $status");

	unlike($r, qr/x-said-/i, 'unseen');
	is($mc->get($other), '{"user":"Bob"}', 'and not believed');
}

$t->stop();

my $log = $t->read_file('upstream.log');
like($log, qr/^\/on: MISS accepted$/m, '$session_meta_upstream: accepted');
like($log, qr/^\/on: HIT ignored: from a cache$/m, 'from a cache');
like($log, qr/^\/revalidate: REVALIDATED ignored: from a cache$/m,
	'not even when it is still good');

done_testing();

###############################################################################
