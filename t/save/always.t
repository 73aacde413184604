#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# With which status of the response the location's directives change the
# session: with those that add_header applies to, or if they say "always".

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
$t->write_file('file', "some bytes\n");

$t->write_conf(<<'EOF');
limit_req_zone  $binary_remote_addr  zone=one:1m  rate=1r/m;

session_manager app { %%MANAGER_sid%% regenerate_grace 0; }

session_variable  $session_by_set  by_set;

server {
    listen           127.0.0.1:%%PORT_0%%;
    client_header_buffer_size    1k;
    large_client_header_buffers  1 1k;
    session          app;
    session_accept   X-Session- keys=told;
    session_set      plain 1;
    session_set      always 1 if=$uri always;
    session_unset    mine;
    session_unset    old always;

    location / {
        set         $session_by_set 1;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /only {
        session_set  plain 1;
        proxy_pass   http://127.0.0.1:%%PORT_1%%;
    }

    location /file { set $session_by_set 1; alias %%TESTDIR%%/file; }
    location /missing { set $session_by_set 1; root /nonexistent; }
    location /down { proxy_pass http://127.0.0.1:%%PORT_2%%; }
    location /deny { set $session_by_set 1; deny all; }
    location /return { set $session_by_set 1; return 404; }
    location /teapot { set $session_by_set 1; return 418; }
    location /large { client_max_body_size 1; root /nonexistent; }
    location /limit { limit_req zone=one; alias %%TESTDIR%%/file; }
    location /auth { auth_basic x; auth_basic_user_file %%TESTDIR%%/file; }

    location /early {
        set              $session_by_set 1;
        session_require  $arg_x;
        return           204;
    }

    location /unmet {
        set              $session_by_set 1;
        session_require  $arg_x;
        alias            %%TESTDIR%%/file;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $before = '{"mine":"1","old":"1"}';
my $all = 'always,by_set,plain';
my $always = 'always,mine';

my $cookie = 'sid=' . http_get('/file')->cookie('sid');
my ($key) = $mc->keys();

# each status that an upstream may answer with

my %applied = map { $_ => 1 } 200, 201, 204, 206, 301 .. 304, 307, 308;

is(upstream($_), $_ . ' ' . join(',', sort 'told', split /,/,
	$applied{$_} ? $all : $always), "$_ of an upstream")
	for 200 .. 208, 226, 300 .. 308, 400 .. 431, 451, 500 .. 511, 599;

# those that nginx makes itself

my $etag = get('/file')->header('ETag');

for my $case (['/file', 200, $all], ['/file', 206, $all, 'Range: bytes=0-3'],
	['/file', 304, $all, "If-None-Match: $etag"],
	['/file', 412, $always, 'If-Match: "x"'],
	['/file', 416, $always, 'Range: bytes=99-'],
	['/missing', 404, $always], ['/down', 502, $always],
	['/deny', 403, $always], ['/return', 404, $always],
	['/teapot', 418, $always], ['/auth', 401, $always],
	['/early', 204, $always], ['/early?x=1', 204, $all],
	['/unmet', 403, $always], ['/unmet?x=1', 200, $all],
	['/limit', 200, 'always,plain'], ['/limit', 503, $always])
{
	my ($uri, $status, $keys, $header) = @$case;

	is(changed($uri, header => $header), "$status $keys",
		"$status of $uri" . (defined $header ? " with $header" : ''));
}

is(changed('/file', body => 'x'), "405 $always", '405 of a file');
is(changed('/large', body => 'xx'), "413 $always", '413 of a large body');

like(changed('/file', header => 'X: ' . 'x' x 2000), qr/^4.. mine,old$/,
	'with a header that cannot be read nothing is changed');

# where nothing says "always", memcached is not asked for it

my $touched = $mc->stats()->{cmd_touch};
is(changed('/only', say_lines([], status => 404)), '404 mine,old',
	'no word, no change');
is($mc->stats()->{cmd_touch}, $touched + 1, 'one load, by the access phase');

$t->stop();
done_testing();

###############################################################################

sub get {
	my ($uri, %extra) = @_;

	return http_get($uri, cookie => $cookie, %extra);
}

sub upstream {
	my ($status) = @_;

	return changed('/', say_lines('Set: told=1', status => $status));
}

# the status, and the keys that the session has then

sub changed {
	my ($uri, %extra) = @_;

	$mc->set($key, $before);

	return get($uri, %extra)->status() . ' '
		. join ',', sort $mc->get($key) =~ /"(\w+)":/g;
}

###############################################################################
