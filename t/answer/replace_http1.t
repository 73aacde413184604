#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# All kinds of locations, all forms in which a response is replaced, and all
# framings of a body, over HTTP/1: the body is dropped to its end, and the
# next request on the connection gets its own answer, and nothing else.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Kinds;
use Test::Session::Relay;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();
write_kinds($t);
$t->run();
$relay->fail(qr/^ms /);

###############################################################################

my $inner = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
my $next = http_request('/next');
my $length = 'Content-Length: ' . length $inner;
my $chunked = 'Transfer-Encoding: chunked';
my $chunks = sprintf("%x\r\n%s\r\n0\r\n\r\n", length $inner, $inner);

# name, version, header, and what is sent in which parts behind it; before
# the second part the response is read where it does not need the body

my @framings = (
	['length', '1.1', $length, '', $inner],
	['length in parts', '1.1', $length, substr($inner, 0, 9),
		substr $inner, 9],
	['length at once', '1.1', $length, $inner, ''],
	['chunks', '1.1', $chunked, '', $chunks],
	['chunks in parts', '1.1', $chunked, substr($chunks, 0, 15),
		substr $chunks, 15],
	['chunks at once', '1.1', $chunked, $chunks, ''],
	['Expect', '1.1', "Expect: 100-continue\r\n$length", '', $inner],
	['Expect with chunks', '1.1', "Expect: 100-continue\r\n$chunked", '',
		$chunks],
	['HTTP/1.0', '1.0', "Connection: keep-alive\r\n$length", '', $inner],
	['HTTP/1.0 that closes', '1.0', $length, '', $inner],
);

my %kinds = kinds();
my $port = 10;

for my $form (forms()) {
	for my $kind (sort keys %kinds) {
		is(join(', ', map { check($port, $form, $kind, @$_) } @framings), '',
			"$kind, $form: the connection is in step");
	}

	$port++;
}

is(-s $t->testdir() . '/smuggled', 0, 'no body was taken for a request');

$t->stop();
done_testing();

###############################################################################

# what is wrong with a framing, or nothing

sub check {
	my ($port, $form, $kind, $name, $version, $header, @parts) = @_;

	my ($is_early, $may_end) = @{$kinds{$kind}};
	my $method = $kind eq 'dav' ? 'PUT' : 'POST';
	my $ends = $name =~ /closes/;

	my $socket = http_start("$method /$kind HTTP/$version\r\nHost: x\r\n"
		. "$header\r\n\r\n$parts[0]" . ($parts[1] eq '' ? $next : ''),
		port => port($port));
	my $first = $is_early && http_end($socket);
	send_to($socket, $parts[1] . $next) if $parts[1] ne '';
	$first ||= http_end($socket);
	my $second = http_end($socket);

	return () if $may_end && $first->status() < 200 && $second eq '';
	return "$name: status " . $first->status()
		if $form !~ /plain|saved/ && $first->status() != 503;
	return "$name: no answer" if $first->status() < 200;
	return () if ($ends || $may_end) && $second eq '';

	return $second->status() == 200 && $second->body() eq "next\n"
		? () : "$name: " . substr $second, 0, 100;
}

sub send_to {
	my ($socket, $data) = @_;

	local $SIG{PIPE} = 'IGNORE';
	print $socket $data;
}

###############################################################################
