#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The harness itself, with an nginx that has no session in its configuration:
# what the other tests rely upon works, and what they must notice is noticed.

###############################################################################

use warnings;
use strict;

use FindBin;
use IO::Socket::INET;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Token;

###############################################################################

my $t = Test::Session->new();

$t->write_conf(<<'CONF');
server {
    listen       127.0.0.1:%%PORT_0%%;
    listen       unix:%%UNIX_0%%;

    location / {
        add_header  Set-Cookie  "a=1; Path=/";
        add_header  Set-Cookie  "b=$arg_b; Path=/";
        return      200         "$request_method:$http_cookie:$http_x";
    }

    location /gone {
        add_header  Set-Cookie  "a=; Path=/; Max-Age=0";
        return      204;
    }

    location /file {
        chunked_transfer_encoding  on;
        sub_filter                 x    yy;
        sub_filter_once            off;
        sub_filter_types           *;
    }

    location /close {
        return      444;
    }
}
CONF

$t->write_file('file', 'x' x 5000);
$t->run();

# client

my $jar = cookie_jar();
my $r = http_get('/?b=2', jar => $jar, header => [ 'X: 3' ]);

is($r->status(), 200, 'status');
is($r->body(), 'GET::3', 'body');
is_deeply([ $r->header('set-cookie') ], [ 'a=1; Path=/', 'b=2; Path=/' ],
	'all values of a header');
is($r->cookie('b'), '2', 'value of a cookie');
is($r->cookie('c'), undef, 'cookie that is not set');

is(http_get('/gone', jar => $jar)->status(), 204, 'response without a body');
is(http_get('/', jar => $jar)->body(), 'GET:b=2:', 'cookie jar');
is(http_get('/', cookie => [ 'a=b', 'c=d' ], version => '1.0')->body(),
	'GET:a=b; c=d:', 'cookie lines');
is(http_get('/file')->body(), 'yy' x 5000, 'chunks');
is(http_head('/file')->body(), '', 'HEAD');
is(http_post('/', 'data')->body(), 'POST::', 'POST');
is(http_get('/close')->status(), 0, 'closed without a response');
is(http_get('/', address => 'unix:' . $t->unix_path(0))->status(), 200,
	'UNIX socket');
is(curl('http://127.0.0.1:' . port(0) . '/')->status(), 200, 'curl');

my @r = http_pipeline([ map { http_request($_) } '/file', '/gone', '/' ]);

is_deeply([ map { $_->status() } @r ], [ 200, 204, 200 ], 'pipeline');
is($r[2]->body(), 'GET::', 'end of the pipeline');

# nginx

my ($status, $output) = $t->check_conf('%%TEST_GLOBALS%% nonsense;');
is($status, 0, 'configuration refused');
like($output, qr/unknown directive "nonsense"/, 'and why');

($status) = $t->check_conf('%%TEST_GLOBALS%% events { }');
is($status, 1, 'configuration accepted');

ok($t->reload(), 'reload');
ok($t->old_workers_gone(), 'old workers are gone');
is($t->wait_for_log(qr/gracefully shutting down/), 1, 'error log');

{
	my @seconds;

	no warnings 'redefine';
	local *Test::Session::wait_until = sub (&;$) { push @seconds, $_[1]; 0 };

	is($t->wait_for_log(qr/never/, seconds => 7), 0, 'which is not waited for');
	$t->wait_for_log(qr/never/);
	is_deeply(\@seconds, [ 7, undef ], 'longer than so many seconds');
}
is($t->log_count(qr/no such line/), 0, 'what is not in the error log');

# cookies

my $token = Test::Session::Token->new(secret => 's' x 32);
my $text = $token->sign(id => 'i' x 32, created => 5);

is(length $text, 112, 'length of a cookie value');
is($token->verify($text)->{id}, 'i' x 32, 'verified');
is($token->verify($text)->{created}, 5, 'created');
is($token->verify($text =~ s/.$/$& eq 'A' ? 'B' : 'A'/er), undef, 'forged');

# what must be noticed

like(inner('[alert] 1#1: something'), qr/not ok 1 - no alerts/,
	'alert in the error log');
like(inner('[emerg] 1#1: something'), qr/not ok 1 - no alerts/,
	'emerg in the error log');
like(inner('==1==ERROR: AddressSanitizer: x'), qr/not ok 2 - no sanitizer/,
	'report of a sanitizer');
like(inner('a.c:1:2: runtime error: x'), qr/not ok 2 - no sanitizer/,
	'undefined behaviour');
like(inner('[error] 1#1: something'), qr/^ok 1.*^ok 2/ms, 'nothing bad');
like(inner('', '$t->plan(skip_all => "why");'), qr/^1\.\.0 # SKIP why\nstatus 0/,
	'skipped');
like(inner('', 'die "x\n";'), qr/^ok 1.*^ok 2.*status [1-9]/ms, 'death');

done_testing();

###############################################################################

# a test of its own, whose error log has that line

sub inner {
	my ($line, $code) = @_;

	$t->write_file('inner.t', join "\n",
		"use lib '" . $t->root() . "/t/lib';", 'use Test::More;',
		'use Test::Session;', 'my $t = Test::Session->new();',
		"\$t->write_file('error.log', '$line');", $code || '',
		'done_testing();');

	my $dir = $t->testdir();
	my $text = `$^X $dir/inner.t 2>&1`;

	return $text . "status $?\n";
}

###############################################################################
