#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_accept: no client sees what is said of sessions, wherever it comes
# from, and only an upstream's answer to the main request is listened to.

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
$t->certificate('localhost');

$t->write_file('ssi.html', '<!--#include virtual="/sub" -->z');
$t->write_file('error.html', "error\n");

$t->write_file('lua.conf', $t->is_packaged() ? <<'EOF' : '');
location /lua {
    content_by_lua_block {
        ngx.header["X-Session-Set"] = { "user=lua", "n=lua" }
        ngx.header["X-Other"] = "kept"
        ngx.say("lua")
    }
}

location /capture {
    content_by_lua_block {
        local r = ngx.location.capture("/sub")
        ngx.header["X-Session-Set"] = r.header["X-Session-Set"]
        ngx.say(r.body)
    }
}
EOF

$t->write_conf(<<'EOF', scripts => 'before');
session_manager app { %%MANAGER_sid%% }

add_header   X-Session-Set user=conf always;
add_header   x-session-DESTROY 1 always;
add_header   X-Session-Revoke all always;
add_header   X-Session-Incr n always;
add_header   X-Session-Name kept always;
add_header   X-Sessions-Set kept always;
add_trailer  X-Session-Unset user;
add_trailer  X-Trailer kept;

proxy_set_header  X-Say $http_x_say;

server {
    listen               127.0.0.1:%%PORT_0%%;
    listen               127.0.0.1:%%PORT_2%% ssl http2;
    ssl_certificate      %%TESTDIR%%/localhost.crt;
    ssl_certificate_key  %%TESTDIR%%/localhost.key;

    session         app;
    session_accept  X-Session- keys=user,n destroy;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /proxy_pass_header {
        proxy_pass_header  X-Session-Set;
        proxy_pass         http://127.0.0.1:%%PORT_1%%;
    }

    location /return { return 200 x; }
    location /204 { return 204; }
    location /404 { root %%TESTDIR%%; }
    location /403 { deny all; }
    location /401 { session app require; }

    location /off {
        session_accept  off;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /none {
        session     off;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /own {
        session_accept  My- destroy;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /sub {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /ssi.html {
        root  %%TESTDIR%%;
        ssi   on;
    }

    location /auth {
        auth_request  /sub;
        root          %%TESTDIR%%;
        try_files     /error.html =404;
    }

    include  lua.conf;
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $jar = cookie_jar();

http_get('/', jar => $jar, say_lines('Set: n=0'));

my ($key) = $mc->keys();
is($mc->get($key), '{"n":"0"}', 'what only the upstream said was done');

my @said = say_lines(['Set: user=up', 'Unset: n', 'Incr: n=2', 'Destroy: 0',
	'Regenerate: 1', 'Revoke: all']);

for my $uri (qw! /return /204 /404 /403 /off /none /own /ssi.html /auth !,
	$t->is_packaged() ? qw! /lua /capture ! : ())
{
	my $r = http_get($uri, jar => $jar, @said);

	is_unseen($r, $uri);
	is($r->header('X-Session-Name'), 'kept', 'other names are left');
	is($r->header('X-Sessions-Set'), 'kept', 'and other prefixes');
	is($r->header('X-Other'), 'kept', 'and what Lua said') if $uri eq '/lua';
	is($mc->get($key), '{"n":"0"}', 'nothing is done');
}

for my $uri (qw! / /401 /proxy_pass_header !) {
	is_unseen(http_get($uri, @said), "$uri without a session");
}

is_deeply([ $mc->keys() ], [ $key ], 'which did not begin');

is_unseen(http_get('/none', header => 'X-Say: mY-sET: a=b|My-Incr: n'),
	'a prefix of another location');

cmp_ok($t->log_count(qr/were dropped: a subrequest cannot change/), '>=', 1,
	'the log tells of subrequests');
is($t->log_count(qr/by the upstream were refused/), 1, 'and of the one refusal');

# trailers, and HTTP/2

my $r = curl('--http1.1', 'http://127.0.0.1:' . port(0) . '/ssi.html');
like($r, qr/X-Trailer: kept/, 'while others are left');
unlike($r, qr/X-Session-(?!Name)/i, 'nor where there are trailers');

my $url = 'https://127.0.0.1:' . port(2);
my $h2 = curl('--http2', '-H', 'X-Say: X-Session-Set: user=h2', "$url/");
like($h2, qr!^HTTP/2 200!, 'HTTP/2');
unlike($h2, qr/^x-session-(?!name)/mi, 'unseen there, too');
is_deeply([ sort map { $mc->get($_) } $mc->keys() ],
	[ '{"n":"0"}', '{"user":"h2"}' ], 'and done');

$h2 = curl('--http2', "$url/ssi.html");
like($h2, qr/x-trailer: kept/i, 'a trailer of HTTP/2');
unlike($h2, qr/x-session-(?!name)/i, 'is the only one');

$t->stop();
done_testing();

###############################################################################

sub is_unseen {
	my ($r, $case) = @_;

	is_deeply([ grep { /^(?:x-session-(?!name)|my-)/i } $r->headers() ], [],
		"unseen: $case");
}

###############################################################################
