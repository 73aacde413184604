#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_accept: an upstream changes the session by response headers, which
# no client sees.

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
session_manager app { %%MANAGER_sid%% regenerate_grace 0; }

log_format  upstream "$uri: $session_meta_upstream, $session_meta_save";

server {
    listen          127.0.0.1:%%PORT_0%%;
    access_log      %%TESTDIR%%/upstream.log upstream;
    session         app;
    session_accept  X-Session- keys=user,a=b,text regenerate destroy;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /keys {
        session_accept  x-session- keys=user;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /words {
        session_accept  X-Session- destroy;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /my {
        session_accept  My- keys=user;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /off {
        session_accept  off;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /none {
        session     off;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /also {
        session_set  text conf;
        proxy_pass   http://127.0.0.1:%%PORT_1%%;
    }

    location /upgrade {
        proxy_pass          http://127.0.0.1:%%PORT_1%%;
        proxy_http_version  1.1;
        proxy_set_header    Upgrade echo;
        proxy_set_header    Connection upgrade;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $jar = cookie_jar();

my $r = http_get('/new', jar => $jar,
	say_lines(['Set: user=Ada%20L%c3%a9', 'seT: a%3Db=', 'Set: user=Bob']));
my ($key) = $mc->keys();

is($r->status, 200, 'served');
is($r->header('X-Other'), 'kept', 'the rest of the header is left');
is_deeply([ grep { /session/i } $r->headers() ], [], 'but ours is gone');
ok($r->cookie('sid'), 'a session began');
is($r->header('Cache-Control'), 'private', 'which no cache shares');
is($mc->get($key), '{"user":"Bob","a=b":""}', 'the last one counts');

http_get('/', jar => $jar, say_lines(['Unset: user', 'Set: text=%0a%22%25,']));
is($mc->get($key), '{"user":"Bob","a=b":""}', 'a raw comma: nothing is done');

http_get('/', jar => $jar, say_lines(['Unset: user', 'Set: text=%0a%22%2C']));
is($mc->get($key), '{"a=b":"","text":"\n\",' . '"}', 'set and unset');

# what a response may look like

for my $status (200, 204, 304, 302, 404, 500) {
	$mc->set($key, '{}');
	$r = http_get("/$status", jar => $jar,
		say_lines("Set: user=$status", status => $status));
	is($r->status, $status, "$status is served");
	is($mc->get($key), qq({"user":"$status"}), 'and changed the session');
	is_deeply([ grep { /session/i } $r->headers() ], [], 'unseen');
}

$mc->set($key, '{}');
is(http_head('/head', jar => $jar, say_lines('Set: user=head'))->status, 200,
	'HEAD');
is($mc->get($key), '{"user":"head"}', 'may change it');

$r = http_get('/upgrade', jar => $jar,
	say_lines(['Set: user=up', 'Set: text=1'], status => 101));
is($r->status, 101, 'an upgrade');
is($mc->get($key), '{"user":"up","text":"1"}', 'may change it');
unlike($r, qr/X-Session/i, 'unseen');

# who may say what

$mc->set($key, '{}');
http_get('/keys', jar => $jar, say_lines('Set: user=1'));
is($mc->get($key), '{"user":"1"}', 'a location with keys of its own');
http_get('/keys', jar => $jar, say_lines(['Set: user=2', 'Set: text=2']));
http_get('/words', jar => $jar, say_lines('Set: user=2'));
http_get('/keys', jar => $jar, say_lines(['Set: user=2', 'Regenerate: 1']));
http_get('/words', jar => $jar, say_lines(['Destroy: 1', 'Regenerate: 1']));
http_get('/', jar => $jar, say_lines(['Set: user=2', 'Revoke: all']));
http_get('/my', jar => $jar, say_lines('Set: user=2'));
http_get('/off', jar => $jar, say_lines('Set: user=2'));
http_get('/none', jar => $jar, say_lines('Set: user=2'));
is($mc->get($key), '{"user":"1"}', 'what is not permitted is not done');

http_get('/my', jar => $jar, header => 'X-Say: MY-set: user=my');
is($mc->get($key), '{"user":"my"}', 'a prefix of its own');

http_get('/also', jar => $jar, say_lines(['Set: user=1', 'Set: text=1']));
is($mc->get($key), '{"user":"1","text":"conf"}',
	'session_set comes behind and wins');

# a new id, and the end

$r = http_get('/', jar => $jar, say_lines(['Set: user=in', 'Regenerate: 1']));
like($mc->get($key), qr/^moved /, 'the old id says where it is now');
($key) = $mc->live();
is($mc->get($key), '{"user":"in","text":"conf"}', 'its data is not');
ok($r->cookie('sid'), 'the new one is sent');

$r = http_get('/', jar => $jar,
	say_lines(['Set: user=x', 'Destroy: 1', 'Regenerate: 1']));
is_deeply([ $mc->live() ], [], 'destroy wins');
like($r->header('Set-Cookie'), qr/^sid=; .*Max-Age=0/, 'the cookie, too');

$r = http_get('/', say_lines('Regenerate: 1'));
is_deeply([ $mc->live() ], [], 'a new id of nothing is nothing');

$t->stop();

my $log = $t->read_file('upstream.log');
like($log, qr/^\/new: accepted, saved$/m, '$session_meta_upstream: accepted');
like($log, qr/^\/my: -, /m, 'nothing was said under its prefix');
like($log, qr/^\/off: -, -$/m, 'nothing is listened to');
like($log, qr/^\/words: refused: key not listed, -$/m, 'a key');
like($log, qr/^\/words: refused: not permitted, -$/m, 'a word');

done_testing();

###############################################################################
