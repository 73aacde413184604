#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_accept: X-Session-Incr counts up what the record has when it is
# saved, so that no increment is lost.

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
$t->write_file('plain.txt', 'plain');

$t->write_file_expand('nginx.conf', <<'EOF');

%%TEST_GLOBALS%%

worker_processes      2;
worker_rlimit_nofile  8192;

events {
    worker_connections  4096;
}

http {
    %%TEST_GLOBALS_HTTP%%

    session_manager app { %%MANAGER_sid%% timeout 30s; }

    session_variable  $session_s s;

    log_format  save "$uri $session_meta_upstream, $session_meta_save";

    server {
        listen          127.0.0.1:%%PORT_0%%;
        access_log      %%TESTDIR%%/save.log save;
        session         app;
        session_accept  X-Session- keys=n,s destroy;

        location / {
            proxy_pass  http://127.0.0.1:%%PORT_1%%;
        }

        location /set {
            set         $session_s 41;
            proxy_pass  http://127.0.0.1:%%PORT_1%%;
        }

        location /deny {
            session_on_error  deny;
            proxy_pass        http://127.0.0.1:%%PORT_1%%;
        }

        location /plain.txt {
            root        %%TESTDIR%%;
            add_header  X-N "$session_n,$session_s";
        }
    }
}

EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $jar = cookie_jar();

http_get('/new', jar => $jar, say_lines('Incr: n'));
my ($key) = $mc->keys();
is($mc->get($key), '{"n":1}', 'a missing key counts from 0, to a number');

for (
	['Incr: n', '{"n":1}', '{"n":2}', 'a number'],
	['Incr: n=40', '{"n": 2, "a":"x"}', '{"n": 42, "a":"x"}', 'by more'],
	['Incr: n=-3', '{"n":1}', '{"n":-2}', 'down'],
	['Incr: n=0', '{}', '{"n":0}', 'by nothing'],
	['Incr: n', '{"n":"9"}', '{"n":"10"}', 'a string stays one'],
	['Incr: n=9', '{"n":"-\u0031"}', '{"n":"8"}', 'however it is spelled'],
	['Incr: n', '{"n":5,"n":7}', '{"n":8}', 'the last of two'],
	['Incr: n=7', '{"n":9223372036854775800}', '{"n":9223372036854775807}',
		'up to the largest integer'],
	[['Incr: n', 'Incr: s=2', 'Incr: n=3'], '{"n":1}', '{"n":5,"s":2}',
		'several in a response'],
	[['Unset: n', 'Incr: n=3'], '{"n":9,"s":1}', '{"n":3,"s":1}', 'an unset'],
	[['Set: n=5', 'Incr: n=3'], '{"n":9}', '{"n":"8"}', 'a set'],
	[['Incr: n=3', 'Set: n=5'], '{"n":9}', '{"n":"5"}', 'and the reverse'],
	[['Incr: n', 'Unset: n'], '{"n":9}', '{}', 'unset in the end'],
	[['Incr: n=3', 'Destroy: 1'], '{"n":9}', undef, 'destroy wins'],
)
{
	my ($lines, $before, $after, $case) = @$_;

	$mc->set($key, $before);
	http_get('/', cookie => $jar->header(), say_lines($lines));
	is($mc->get($key), $after, $case);
}

$mc->set($key, '{}');
http_get('/set', jar => $jar, say_lines('Incr: s'));
is($mc->get($key), '{"s":"42"}', 'what was set in the request is the base');

# what cannot be counted up

for (map({ ["$_", 'is not an integer'] } '"x"', '""', '"1 "', '"01"', '1.0',
	'1e3', 'true', 'null', '[1]', '"' . '1' x 100 . '"'),
	['9223372036854775807', 'would be out of range'],
	['9223372036854775808', 'would be out of range'],
	['"9223372036854775807"', 'would be out of range'])
{
	my ($value, $why) = @$_;
	my $record = qq({"n":$value,"s":"old"});

	$mc->set($key, $record);
	is(http_get('/', jar => $jar, say_lines(['Set: s=new', 'Incr: n']))
		->status, 200, substr("served beside $value", 0, 60));
	is($mc->get($key), $record, "which is left as it is: $why");
}

is(http_get('/deny', jar => $jar, say_lines('Incr: n'))->status, 503,
	'session_on_error deny');

# its variables

$mc->set($key, '{"n":1,"s":"2"}');

my @say = say_lines(['Incr: n=2', 'Incr: s=3']);
$say[1][0] .= '|X-Accel-Redirect: /plain.txt';
is(http_get('/', jar => $jar, @say)->header('X-N'), '3,5',
	'variables have what it comes to');
is($mc->get($key), '{"n":3,"s":"5"}', 'which is saved');

# in parallel

$mc->set($key, '{"n":0,"a":"kept"}');

my @sockets = map { http_start(http_request('/', close => 1, jar => $jar,
	say_lines('Incr: n'))) } 1 .. 1000;
is(scalar(grep { http_end($_)->status == 200 } @sockets), 1000,
	'1,000 parallel requests');
is($mc->get($key), '{"n":1000,"a":"kept"}', 'make exactly 1,000');

$t->stop();

my $log = $t->read_file('save.log');
like($log, qr/^\/ accepted, a value to be incremented is not an integer$/m,
	'$session_meta_save: no integer');
like($log, qr/^\/ accepted, an incremented value would be out of range$/m,
	'out of range');
like($t->read_log(), qr/of "app" were not saved: a value to be incremented is not/,
	'the error log says so');

done_testing();

###############################################################################
