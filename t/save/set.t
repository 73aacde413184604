#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Saving: what is written, and when it is not.

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

$t->secret('secret');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% max_size 200; }

log_format  save "$uri: $session_meta_save";

server {
    listen      127.0.0.1:%%PORT_0%%;
    access_log  %%TESTDIR%%/save.log save;
    session     app;

    location = /set {
        session_set  user $arg_user;
        return       204;
    }

    location = /two {
        session_set    a $arg_a if=$arg_a;
        session_set    b $arg_b if=$arg_b;
        session_unset  c if=$arg_c;
        return         204;
    }

    location = /upstream {
        session_set        user $upstream_http_x_user
                           if=$upstream_http_x_user;
        session_set        code $upstream_status;
        proxy_hide_header  X-User;
        proxy_pass         http://127.0.0.1:%%PORT_1%%;
    }

    location = /raw {
        session_set  raw $http_x_raw;
        session_set  ok $arg_ok;
        return       204;
    }

    location = /new {
        session_regenerate;
        session_set  user new;
        return       204;
    }

    location = /unset {
        session_unset  user;
        return         204;
    }

    location = /missing {
        session_set  seen 1;
        root         /nonexistent;
    }

    location = /denied {
        session_set  seen 1;
        deny         all;
    }

    location = /return403 {
        session_set  seen 1 always;
        return       403;
    }
}

server {
    listen   127.0.0.1:%%PORT_1%%;
    add_header  X-User $arg_user;

    location / { return 200 ok; }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();

is(http_get('/unset')->cookie('sid'), undef, 'nothing to keep, no session');
is_deeply([ $mc->keys() ], [], 'nothing stored');

http_get('/upstream?user=Ada', jar => $jar);
my ($key) = $mc->keys();
is($mc->get($key), '{"user":"Ada","code":"200"}',
	'what is known only after the upstream answered');

http_get('/upstream', jar => $jar);
is($mc->get($key), '{"user":"Ada","code":"200"}', 'if= without a value');

my $cas = $mc->mg($key, 'c')->{flags}{c};
my $r = http_get('/set?user=Ada', jar => $jar);
is($mc->mg($key, 'c')->{flags}{c}, $cas, 'what is there already is not saved');
is($r->header('Set-Cookie'), undef, 'and sends no cookie');

# what is not changed keeps its bytes

my $record = '{ "big" : 123456789012345678901234567890.10, "a":"\u0061",'
	. "\n\"c\": [1 ,2],\"\\u0061\":\"twice\", \"z\":null }";
$mc->set($key, $record);
http_get('/two?a=1', jar => $jar);
is($mc->get($key), '{"big" : 123456789012345678901234567890.10, "a":"1",'
	. "\n\"c\": [1 ,2], \"z\":null}", 'the rest is copied');

http_get('/two?c=1&b=%22%5C%0A', jar => $jar);
is($mc->get($key), '{"big" : 123456789012345678901234567890.10,'
	. ' "a":"1", "z":null,"b":"%22%5C%0A"}', 'one removed, one added');

# refused, and nothing lost

$mc->set($key, '{}');
http_get('/raw?ok=1', jar => $jar, header => "X-Raw: \xff\xfe");
is($mc->get($key), '{"ok":"1"}', 'no UTF-8: the other change is saved');
is($t->log_count(qr/"raw" of "app" was not set: the value is not valid UTF-8/), 1,
	'and the log says so');

http_get('/set?user=' . 'x' x 200, jar => $jar);
is($mc->get($key), '{"ok":"1"}', 'above max_size nothing is written');
is($t->log_count(qr/were not saved: the record would exceed max_size/), 1,
	'and the log says so');

for (['[1]', 'not a map'], ['{"a":', 'truncated'], ['x' x 300, 'max_size']) {
	my ($bad, $why) = @$_;

	$mc->set($key, $bad);
	is(http_get('/set?user=Eve', jar => $jar)->status, 204,
		"a corrupt record: $why");
	is($mc->get($key), $bad, 'is not overwritten');
	ok($t->wait_for_log(qr/record "[\w-]{8}" of "app" is corrupt: .* offset/)
		, 'it is logged');
}

$r = http_get('/new', jar => $jar);
my ($new) = grep { $_ ne $key } $mc->keys();
is($mc->get($new), '{"user":"new"}', 'regenerate begins a new one');
is($mc->get($key), 'x' x 300, 'and leaves the corrupt one');

# which responses

$mc->set($new, '{}');
http_get('/denied', jar => $jar);
is($mc->get($new), '{}', 'a request that is denied changes nothing');
http_get('/missing', jar => $jar);
is($mc->get($new), '{}', 'a file that is missing neither');
http_get('/return403', jar => $jar);
is($mc->get($new), '{"seen":"1"}', 'return 403 does, with "always"');
http("GET /set?user=x HTTP/1.1\r\nHost: a b\r\n\r\n");
is(scalar(my @keys = $mc->keys()), 2, 'a bad request is none');

$t->stop();

my $log = $t->read_file('save.log');
like($log, qr/^\/unset: -$/m, '$session_meta_save: nothing to save');
like($log, qr/^\/upstream: saved$/m, 'saved');
like($log, qr/^\/set: the record would exceed max_size$/m, 'too large');
like($log, qr/^\/set: the stored record is corrupt$/m, 'corrupt');

done_testing();

###############################################################################
