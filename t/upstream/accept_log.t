#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What the log says of a line of session_accept that is refused: its key, and
# what to do about it; and of a header with an unknown word, which no client
# sees.

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

# each case has a manager of its own, since each is logged once a second

my @refused = (
	[ 'Set: k=a b', 'wrong character in "X-Session-Set: k"',
		'percent-encode the value' ],
	[ 'Set: k=a,k=b', 'wrong character in "X-Session-Set: k"',
		'percent-encode the value' ],
	[ 'Set: k=%4', 'syntax error in "X-Session-Set: k"',
		'percent-encode the value' ],
	[ 'Set: k=%ff', 'not valid UTF-8 in "X-Session-Set: k"',
		'percent-encode the value, as UTF-8' ],
	[ 'Set: SECRET', 'syntax error in "X-Session-Set: "',
		'NAME=VALUE with a "=" is expected' ],
	[ 'Set: k', 'syntax error in "X-Session-Set: k"',
		'NAME=VALUE with a "=" is expected' ],
	[ 'Set: kSECRET', 'syntax error in "X-Session-Set: "', 'NAME=VALUE' ],
	[ 'Set: k SECRET', 'syntax error in "X-Session-Set: "', 'NAME=VALUE' ],
	[ 'Set: k=' . 'v' x 4096, 'too long in "X-Session-Set: k"',
		'up to 255 bytes of name and 4096 of name and value' ],
	[ 'Set: other=SECRET', 'key not listed in "X-Session-Set: other"',
		'list it in "keys=" of "session_accept"' ],
	[ "Set: a\x1b[m\xe9=SECRET", 'wrong character in "X-Session-Set: a\?\[m\?"',
		'percent-encode the value' ],
	[ 'Set: ' . 'n' x 100 . '=SECRET',
		'key not listed in "X-Session-Set: n{64}"', '"keys="' ],
	[ 'Unset: other', 'key not listed in "X-Session-Unset: other"', '"keys="' ],
	[ 'Unset: k=SECRET', 'syntax error in "X-Session-Unset: k"',
		'a name is expected' ],
	[ 'Incr: k=1.5', 'not an integer in "X-Session-Incr: k"',
		'an integer up to 9007199254740991' ],
	[ 'Regenerate: 1', 'not permitted in "X-Session-Regenerate: "',
		'permit it by "regenerate" in "session_accept"' ],
	[ 'Clear: 1', 'not permitted in "X-Session-Clear: "',
		'permit it by "regenerate" in "session_accept"' ],
	[ 'Destroy: 1', 'not permitted in "X-Session-Destroy: "',
		'permit it by "destroy" in "session_accept"' ],
	[ 'Revoke: all', 'not permitted in "X-Session-Revoke: "',
		'permit it by "revoke" in "session_accept"' ],
	[ 'Destroy: SECRET', 'syntax error in "X-Session-Destroy: "',
		'"1" is expected' ],
	[ 'Revoke: SECRET', 'syntax error in "X-Session-Revoke: "',
		'"all" is expected' ],
	[ 'Regenerate: SECRET', 'syntax error in "X-Session-Regenerate: "',
		'"1" or "login" is expected' ],
);

my ($managers, $locations) = ('', '');

for my $n (0 .. $#refused) {
	$managers .= "session_manager m$n { secret_file %%TESTDIR%%/secret;"
		. " memcached 127.0.0.1:%%MC_0%%; cookie m$n secure=off; }\n";
	$locations .= "location /$n/ { session m$n; session_accept X-Session-"
		. " keys=k; proxy_pass http://127.0.0.1:%%PORT_1%%; }\n";
}

$t->write_conf(<<"EOF");
$managers
proxy_buffer_size        16k;
proxy_buffers            8 16k;
proxy_busy_buffers_size  32k;
large_client_header_buffers  4 32k;
proxy_cache_path  %%TESTDIR%%/cache keys_zone=cache:1m;

server {
    listen  127.0.0.1:%%PORT_0%%;

    add_header  X-Session-Own kept always;

    $locations
    location / {
        session         m0;
        session_accept  X-Session- keys=k;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }
    location /own {
        session         m0;
        session_accept  My- destroy;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }
    location /off {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }
    location /cache {
        session            m0;
        session_accept     X-Session- keys=k;
        proxy_cache        cache;
        proxy_cache_valid  1h;
        add_header         X-Cache \$upstream_cache_status;
        proxy_pass         http://127.0.0.1:%%PORT_1%%;
    }
}

server {
    listen  127.0.0.1:%%PORT_2%%;

    location / { proxy_pass http://127.0.0.1:%%PORT_1%%; }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

for my $n (0 .. $#refused) {
	my ($line, $why, $remedy) = @{$refused[$n]};

	is(http_get("/$n/", say_lines($line))->status(), 200,
		substr($line, 0, 20) . ': served');
	ok($t->log_count(qr/\[error\].* of "m$n" by the upstream were refused: /
		. qr/$why: .*\Q$remedy\E/), "logged: $why: $remedy");
}

unlike($t->read_log(), qr/SECRET|vvvv/, 'no value is logged');

# unknown words

for my $uri ('/', '/own', '/off') {
	my $r = http_get($uri, say_lines([ 'Sett: k=SECRET', 'User: SECRET',
		'Own: SECRET', ': SECRET' ], header => 'X-None: x'));

	is($r->status(), 200, "$uri: unknown words");
	is_deeply([ grep { /^X-Session/i } $r->headers() ],
		[ 'X-Session-Own: kept' ], 'are removed, what nginx adds is left');
	is($r->header('X-Other'), 'kept', 'and so are other prefixes');
}

ok(!http_get('/', header => 'X-Say: my-word: x|MY-Other: x')->header('My-Word'),
	'under the prefix of another location, too');
is(http_get('/off', header => 'X-Say: Mys-Word: x')->header('Mys-Word'), 'x',
	'but no other one');

my ($key) = $mc->keys();
http_get('/', say_lines([ 'Sett: k=a', 'Set: k=b' ]));
is_deeply([ map { $mc->get($_) } $mc->keys() ], [ '{"k":"b"}' ],
	'the other lines count');

for my $status ('MISS', 'HIT') {
	my $r = http_get('/cache', say_lines('Word: x'));

	is($r->header('X-Cache'), $status, "a cache: $status");
	is($r->header('X-Session-Word'), undef, 'the word is not seen');
}

ok($t->log_count(qr/\[error\].* header "X-Session-\w+" of the upstream was /
	. qr/removed: "session_accept" knows no such word/), 'which is logged');
unlike($t->read_log(), qr/SECRET/, 'without the value');

$t->stop();
done_testing();

###############################################################################
