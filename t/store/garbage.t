#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What no memcached should answer, in any pieces: the request is served
# without its session, the connection is given up where it is out of step,
# and the next request is served well.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Token;

###############################################################################

my $value = '{"user":"ada"}';
my $hit = 'VA ' . length($value) . " c7 f0 t100 %O\r\n$value\r\n";
my $get = { expect => qr/^mg /, reply => $hit };
my $line = 'x' x 3000;

# name, steps of the fake server, $session_status, log line, and does the
# server take part in the next request on the same connection?

my @cases = (
	['single bytes', [{ %$get, split => 1 }], 'HIT', undef, 1],
	['two at a time', [{ %$get, split => 2 }], 'HIT', undef, 1],
	['late', [{ %$get, delay => 0.2 }], 'HIT', undef, 1],
	['a miss', [{ reply => "EN %O\r\n" }], 'EXPIRED', undef, 1],
	['SERVER_ERROR', [{ reply => "SERVER_ERROR out of memory\r\n" }], 'ERROR',
		qr/SERVER_ERROR|reported an error.*out of memory/, 1],
	['an error with bytes of any kind', [{
		reply => "SERVER_ERROR \1\e[31m\xff\0bad\r\n" }], 'ERROR',
		qr/reported an error: "\?\?\[31m\?\?bad"/, 1],
	['a long error', [{ reply => 'SERVER_ERROR ' . 'x' x 1500 . "\r\n" }],
		'ERROR', qr/reported an error: "x{128}"/, 1],
	['a record that is not JSON', [{ reply => "VA 3 c1 f0 t9 %O\r\n{\"a\r\n" }],
		'CORRUPT', qr/is corrupt/, 1],
	['an empty record', [{ reply => "VA 0 c1 f0 t9 %O\r\n\r\n" }],
		'CORRUPT', qr/is corrupt/, 1],
	['a record longer than max_size', [{ reply => 'VA 5000 c1 f0 t9 %O'
		. "\r\n\"" . 'x' x 4998 . "\"\r\n" }], 'CORRUPT',
		qr/longer than max_size/, 1],
	['the same in pieces', [{ reply => 'VA 5000 c1 f0 t9 %O'
		. "\r\n\"" . 'x' x 4998 . "\"\r\n", split => 777 }], 'CORRUPT',
		qr/longer than max_size/, 1],

	(map { [$_->[0], [{ reply => $_->[1] }], 'ERROR',
		qr/sent an unexpected reply/, 0] }
		['garbage', "\0\1\2\3\r\n"], ['another protocol', "HTTP/1.1 200 OK\r\n"],
		['a long line', "$line\r\n"], ['a line without an end', $line],
		['a huge length', "VA 99999999999999999999 c1 %O\r\n"],
		['a negative length', "VA -1 c1 %O\r\n"],
		['a wrong opaque', "VA 2 c1 f0 t9 O999\r\n{}\r\n"],
		['no opaque', "VA 2 c1 f0 t9\r\n{}\r\n"],
		['a value without its end', "VA 2 c1 f0 t9 %O\r\n{}xx"],
		['a miss without an opaque', "EN\r\n"],
		['a reply to another command', "HD %O\r\n"],
		['CLIENT_ERROR', "CLIENT_ERROR bad\r\n"],
		['two replies', $hit =~ s/100/100/r . "EN\r\n"],
	),
	['ERROR', [{ reply => "ERROR\r\n" }], 'ERROR',
		qr/does not know the command/, 0],
	['closed at once', [{ reply => '', then => 'close' }], 'ERROR',
		qr/closed the connection/, 0],
	['closed in the middle of a line', [{ reply => 'VA 1', then => 'close' }],
		'ERROR', qr/closed the connection/, 0],
	['closed in the middle of a value', [{ reply => "VA 9 c1 f0 t9 %O\r\n{\"a",
		then => 'close' }], 'ERROR', qr/closed the connection/, 0],
	['half closed', [{ reply => "VA 9 c1 f0", then => 'half_close' }],
		'ERROR', qr/closed the connection/, 0],
	['reset', [{ reply => "VA 9", then => 'reset' }], 'ERROR',
		qr/failed in recv\(\)|closed the connection/, 0],
	['silent', [{ }], 'ERROR', qr/timed out/, 0],
	['silent in the middle', [{ reply => "VA 9 c1" }], 'ERROR',
		qr/timed out/, 0],
);

my $t = Test::Session->new();
$t->secret();

my (@fakes, $blocks);

# a server and a breaker for each, so that they do not meet

for my $i (0 .. $#cases) {
	push @fakes, $t->memcached_fake(@{$cases[$i][1]}, { %$get, repeat => 1 });
	$blocks .= block($i);
}

$t->write_conf(<<"EOF");
add_header  X-Status \$session_status;

$blocks
EOF

$t->run();

check($_, @{$cases[$_]}) for 0 .. $#cases;

done_testing();

###############################################################################

sub check {
	my ($i, $name, undef, $status, $log, $stays) = @_;

	my $fake = $fakes[$i];
	my $address = '"' . $fake->address() . '"';
	my @request = ('/', port => port($i), cookie => cookie($i));

	$status = 'HIT' if $name eq 'two replies';
	my $r = http_get(@request);
	is($r->status(), 200, "$name: served");
	is($r->body(), "text\n", "$name: the whole response");
	is($r->header('X-Status'), $status, "$name: $status");
	is($r->header('Set-Cookie'), undef, "$name: the cookie stays");

	ok($t->wait_for_log(qr/(?:$address|"m$i").*$log/), "$name: logged")
		if $log;
	ok(wait_until { http_get(@request)->header('X-Status') eq 'HIT' },
		"$name: the next request is served well");
	is($fake->connections(), $stays ? 1 : 2,
		"$name: the connection is given up only when it is out of step");
	is(join(' ', $fake->failures()), '', "$name: what was sent is right");
}

sub block {
	my ($i) = @_;

	return "session_manager m$i { secret_file %%TESTDIR%%/secret;"
		. " memcached 127.0.0.1:%%MC_$i%%; timeout 400ms; max_size 4k;"
		. " cookie sid secure=off; }\n"
		. "server { listen 127.0.0.1:%%PORT_$i%%; location / {"
		. " session m$i phase=rewrite; return 200 \"text\\n\"; } }\n";
}

sub cookie {
	my ($i) = @_;

	return signed_cookie($t, "m$i");
}

###############################################################################
