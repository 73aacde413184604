#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_accept: an upstream is listened to when it has answered, also where
# nginx goes on elsewhere then, and never when it has not.

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

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session_manager other { %%MANAGER_oid%% }

upstream two {
    server  127.0.0.1:%%PORT_1%% max_fails=0;
    server  127.0.0.1:%%PORT_2%% backup;
}

server {
    listen          127.0.0.1:%%PORT_0%%;
    root            %%TESTDIR%%;
    session         app;
    session_accept  X-Session- keys=user,seen destroy;

    proxy_force_ranges  on;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /plain.txt {
        session_accept  off;
        add_header      X-User "$session_user";
    }

    location /other {
        session         other;
        session_accept  off;
        return          200 "other$session_meta_upstream";
    }

    location /second {
        proxy_set_header  X-Say "X-Session-Set: seen=$session_user";
        proxy_set_header  X-Status 200;
        proxy_pass        http://127.0.0.1:%%PORT_1%%;
    }

    location /deaf {
        session_accept  off;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /intercept {
        proxy_intercept_errors  on;
        error_page              403 = @named;
        error_page              404 /plain.txt;
        proxy_pass              http://127.0.0.1:%%PORT_1%%;
    }

    location @named {
        session_accept  off;
        return          200 "user=$session_user";
    }

    location /next {
        proxy_next_upstream  http_500 error invalid_header;
        error_page           502 /plain.txt;
        proxy_pass           http://two;
    }

    location /rewrite {
        rewrite  ^ /after;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run_daemon('127.0.0.1:' . port(2), \&answer, 'X-Session-Set: seen=backup');
$t->run();

###############################################################################

my $jar = cookie_jar();

http_get('/', jar => $jar, say_lines('Set: user=old'));
my ($key) = $mc->keys();

sub accel {
	my ($uri, $to, @lines) = @_;

	my @say = say_lines([@lines]);
	$say[1][0] .= "|X-Accel-Redirect: $to";

	return http_get($uri, jar => $jar, @say);
}

my $r = accel('/', '/plain.txt', 'Set: user=1');
is($r->body, 'plain', 'X-Accel-Redirect to a file');
is($r->header('X-User'), '1', 'which sees what was said');
is($mc->get($key), '{"user":"1"}', 'and has it saved');

accel('/', '/second', 'Set: user=2');
is($mc->get($key), '{"user":"2","seen":"2"}', 'two upstreams speak in turn');

accel('/deaf', '/second', 'Set: user=3');
is($mc->get($key), '{"user":"2","seen":"2"}',
	'each as its own location permits');

accel('/', '/plain.txt', 'Set: user=3', 'Set: admin=1');
is($mc->get($key), '{"user":"2","seen":"2"}', 'or not');

my $keys = () = $mc->keys();
is(accel('/', '/other', 'Set: user=3', 'Destroy: 1')->body, 'other',
	'on to the session of another manager');
is($mc->get($key), '{"user":"2","seen":"2"}', 'changes nothing');
is(scalar(my @all = $mc->keys()), $keys, 'there neither');
is($t->log_count(qr/changes of "app" were dropped: the request went on with/), 1,
	'and the log says so');

$r = http_get('/intercept', jar => $jar,
	say_lines('Set: user=4', status => 403));
is($r->body, 'user=4', 'error_page to a named location');
is($mc->get($key), '{"user":"4","seen":"2"}', 'counts');

$r = http_get('/intercept', jar => $jar,
	say_lines('Set: user=5', status => 404));
is($r->status . $r->body, '404plain', 'so does one to a file');
is($mc->get($key), '{"user":"5","seen":"2"}', 'as the answer that it is');

http_get('/rewrite', jar => $jar, say_lines('Set: user=6'));
is($mc->get($key), '{"user":"6","seen":"2"}', 'rewrite');

# a client cannot prevent it

$r = http_get('/', jar => $jar,
	say_lines('Set: user=7', header => 'Range: bytes=999-'));
is($r->status, 416, 'a range that there is not');
is($mc->get($key), '{"user":"7","seen":"2"}', 'the upstream has answered');

# what is no answer

$r = http_get('/next', jar => $jar, say_lines('Set: user=8', status => 500));
is($r->status, 200, 'the next upstream answers');
is($mc->get($key), '{"user":"7","seen":"backup"}', 'it alone counts');

$r = http_get('/next', jar => $jar,
	say_lines('Set: user=8', status => "200;bad\x01"));
is($r->status, 200, 'a header that is none');
is($mc->get($key), '{"user":"7","seen":"backup"}', 'says nothing');

for my $end ('', "bad\x01") {
	$r = http_get('/', jar => $jar,
		say_lines('Set: user=8', status => "200;$end"));
	is($r->status, 502, 'nor does one that does not end well');
	is($mc->get($key), '{"user":"7","seen":"backup"}', 'alone');
}

$t->stop();
done_testing();

###############################################################################
