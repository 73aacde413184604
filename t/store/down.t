#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# memcached refuses connections, is killed and comes back: what is served
# meanwhile, by session_on_error, and that nothing is forgotten.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Relay;
use Test::Session::Responses;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();
responses($t);

$t->write_conf(<<'EOF', scripts => 'after');
session_manager app { %%MANAGER_app%% }

session_manager slow { %%RELAYED_slow%% }

server {
    listen       127.0.0.1:%%PORT_0%%;
    session      app;
    session_set  last $request_id;
    add_header   X-Status $session_status always;
    add_header   X-Error $session_meta_error always;
    include      responses.conf;

    location /require/ { session app require; alias %%TESTDIR%%/; }
    location /pass/    { session app require; session_on_error pass;
                         alias %%TESTDIR%%/; }
    location /end      { session_destroy; return 200; }
    location /empty    { session off; empty_gif; }
}

# a save that fails costs the response

server {
    listen            127.0.0.1:%%PORT_1%%;
    session           slow;
    session_on_error  deny;
    session_set       last $request_id;
    include           responses.conf;

    location /page/ {
        alias         %%TESTDIR%%/;
        error_page    503 /denied.html;
    }

    location /denied/ {
        proxy_pass    http://127.0.0.1:%%PORT_9%%/;
        error_page    503 =200 @denied;
    }

    location @denied { return 200 "denied\n"; }
}
EOF

$t->write_file('denied.html', "denied, as a page\n");
$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/plain/small.txt', jar => $jar);
my $r = http_get('/plain/small.txt', jar => $jar);
is($r->header('X-Status'), 'HIT', 'a session');
my $cookie = $jar->header();

$mc->kill_now();

$r = http_get('/plain/small.txt', cookie => $cookie);
is($r->status(), 200, 'no memcached: served');
is($r->body(), "small\n", 'no memcached: the whole response');
is($r->header('X-Status'), 'ERROR', 'no memcached: the status says so');
like($r->header('X-Error'), qr/\w/, 'no memcached: there is a reason');
is($r->header('Set-Cookie'), undef, 'no memcached: the cookie stays');

$r = http_get('/plain/small.txt');
is($r->status(), 200, 'no memcached, no cookie: served');
is($r->header('Set-Cookie'), undef, 'no memcached: no cookie without record');

$r = http_get('/require/small.txt', cookie => $cookie);
is($r->status(), 503, 'no memcached, required: 503');
is($r->header('Set-Cookie'), undef, 'no memcached, 503: the cookie stays');
is(http_get('/require/small.txt')->status(), 401,
	'no memcached, no cookie, required: 401');
is(http_get('/pass/small.txt', cookie => $cookie)->status(), 200,
	'no memcached, required, pass: served');
is(http_get('/pass/small.txt', cookie => 'app=x')->status(), 401,
	'no memcached, required, pass: 401 with a bad cookie');
like(http_get('/end', cookie => $cookie)->header('Set-Cookie'), qr/^app=;/,
	'no memcached: a logout expires the cookie');
is(http_get('/empty')->status(), 200, 'no memcached: others go on');

my @responses = http_pipeline([(http_request('/text', cookie => $cookie))
	x 1000]);
is(scalar(grep { $_->status() == 200 } @responses), 1000,
	'no memcached: 1000 requests are served');
cmp_ok($t->log_count(qr/session: /), '<', 100,
	'no memcached: few lines are logged');
is($t->log_count(qr/connect\(\) failed/), 0, 'none is by nginx itself');

$mc->start();
ok(wait_until { http_get('/plain/small.txt', cookie => $cookie)
	->header('X-Status') ne 'ERROR' }, 'memcached is back: found by a probe');
ok($t->wait_for_log(qr/\[notice\].* is up again/), 'which is logged');
is(http_get('/require/small.txt', cookie => $cookie)->status(), 401,
	'an empty memcached: no session');
$jar = cookie_jar();
http_get('/plain/small.txt', jar => $jar);
is(http_get('/require/small.txt', jar => $jar)->status(), 200,
	'a new session works');

# restarted between two requests: the connection of before is gone

$mc->restart();
http_get('/plain/small.txt', cookie => $cookie);
ok(wait_until { http_get('/plain/small.txt', cookie => $cookie)
	->header('X-Status') eq 'EXPIRED' }, 'a restart is got over');

###############################################################################

# 503 in place of a response that was held: the store dies before it answers;
# with subrequests under way the connection is closed

my $port = port(1);
my $slow = cookie_jar();
http_get('/text', port => $port, jar => $slow);

for (
	['return', '/text'], ['a file', '/sendfile/small.txt'],
	['a large file', '/sendfile/large.bin'], ['HEAD', '/plain/text.txt', 1],
	['204', '/204'], ['304', '/proxy/304'], ['gzip', '/gzip/large.bin'],
	['SSI', '/ssi/ssi.html', 0, 0], ['addition', '/addition/text.txt', 0, 0],
	['a mirrored one', '/mirror/large'], ['range', '/sendfile/text.txt'],
	(map { ["$_ of an upstream", "/proxy/$_"], ["$_, unbuffered",
		"/unbuffered/$_"] } qw/ text chunked large until_close stream /),
	['a page', '/page/small.txt', 0, 503, "denied, as a page\n"],
	['a named location', '/denied/large', 0, 200, "denied\n"],
	$t->is_packaged() ? (['Lua', '/lua'], ['njs', '/njs/pieces']) : (),
) {
	my ($name, $uri, $head, $status, $body) = @$_;

	my $n = $relay->count(qr/^ms /);
	$relay->fail(qr/^ms /);
	my $request = http_request($uri, jar => $slow,
		method => $head ? 'HEAD' : 'GET');
	my $socket = http_start($request, port => $port);
	$r = http_end($socket, request => $request);
	is($r->status(), $status // 503, "$name is denied");
	is($r->header('Set-Cookie'), undef, "$name is denied, the cookie stays");
	is($r->body(), $body, "$name is denied, by a page") if $body;
	unlike($r->raw(), qr/large large|a text|\x00\x00/, "$name: nothing leaked");
	$relay->fail();
	$socket = http_start('', port => $port) if !$r->status();
	ok(wait_until { http(http_request('/text', jar => $slow),
		socket => $socket)->status() == 200 },
		"$name: the connection is of use");
}

done_testing();

###############################################################################
