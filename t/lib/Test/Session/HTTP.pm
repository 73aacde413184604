package Test::Session::HTTP;

# Copyright (C) the ngx_http_session_module authors

# HTTP client of the tests: raw requests over sockets, keepalive and
# pipelining, and curl for what needs TLS or HTTP/2.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Socket qw/ SOL_SOCKET SO_LINGER /;

use Test::Session::Jar;
use Test::Session::Response;

our @EXPORT = qw/ http http_get http_post http_head http_request http_start
	http_end http_pipeline http_abort cookie_jar curl http2_get /;

use constant TIMEOUT => 30;

###############################################################################

# 127.0.0.1:PORT or unix:PATH; undef if nobody listens

sub connect_to {
	my ($address) = @_;

	if ($address =~ /^unix:(.+)/) {
		return IO::Socket::UNIX->new(Peer => $1);
	}

	return IO::Socket::INET->new(Proto => 'tcp', PeerAddr => $address);
}

# The text of a request.  Options: method, version, host, cookie (a string, or
# a list for several lines), header (a list of lines), body, jar, close.

sub http_request {
	my ($uri, %extra) = @_;

	my $method = $extra{method}
		|| (defined $extra{body} ? 'POST' : 'GET');
	my @lines = ("$method $uri HTTP/" . ($extra{version} || '1.1'));
	my $cookie = $extra{cookie};

	if (!defined $cookie && $extra{jar}) {
		$cookie = $extra{jar}->header();
	}

	push @lines, 'Host: ' . ($extra{host} || 'localhost');
	push @lines, map { "Cookie: $_" } list($cookie);
	push @lines, list($extra{header});
	push @lines, 'Content-Length: ' . length $extra{body}
		if defined $extra{body};
	push @lines, 'Connection: close' if $extra{close};

	return join('', map { "$_\r\n" } @lines) . "\r\n"
		. ($extra{body} // '');
}

sub list {
	my ($value) = @_;

	return !defined $value ? () : ref $value ? @$value : ($value);
}

# One request, one response, on a connection of its own.

sub http_get {
	my ($uri, %extra) = @_;

	return http(http_request($uri, close => 1, %extra), %extra);
}

sub http_head {
	my ($uri, %extra) = @_;

	return http_get($uri, method => 'HEAD', %extra);
}

sub http_post {
	my ($uri, $body, %extra) = @_;

	return http_get($uri, body => $body, %extra);
}

# Sends raw bytes and reads a response to the end of it.  Options: port or
# address or socket, timeout, jar, method (HEAD has no body).

sub http {
	my ($request, %extra) = @_;

	return http_end(http_start($request, %extra), request => $request,
		%extra);
}

sub http_start {
	my ($request, %extra) = @_;

	my $socket = $extra{socket};

	if (!$socket) {
		my $address = $extra{address}
			|| '127.0.0.1:' . ($extra{port} || Test::Session::port(0));
		$socket = connect_to($address)
			or die "cannot connect to $address: $!\n";
	}

	local $SIG{PIPE} = 'IGNORE';
	$socket->autoflush(1);
	print $socket $request;

	return $socket;
}

# Reads one response; its status is 0 if the connection was closed before.

sub http_end {
	my ($socket, %extra) = @_;

	my $head = $extra{method} || $extra{request} || 'GET';
	my $response = read_response($socket, scalar($head =~ /^HEAD/),
		$extra{timeout} || TIMEOUT);

	$extra{jar}->absorb($response) if $extra{jar};

	return $response;
}

# All requests in one write on one connection; the list of responses.

sub http_pipeline {
	my ($requests, %extra) = @_;

	my $socket = http_start(join('', @$requests), %extra);

	return map { http_end($socket, request => $_, %extra) } @$requests;
}

# Leaves without waiting for the response: closed, or with a reset.

sub http_abort {
	my ($socket, %extra) = @_;

	if ($extra{reset}) {
		setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0));
	}

	close $socket;
}

###############################################################################

# bytes behind the end of a response are kept in the socket, for the next one

sub read_response {
	my ($socket, $is_head, $timeout) = @_;

	my $end = time() + $timeout;
	my $data = delete *$socket->{session_rest} // '';

	while (1) {
		my $length = response_length($data, $is_head);

		if (defined $length && length $data >= $length) {
			*$socket->{session_rest} = substr($data, $length);
			return Test::Session::Response->new(
				substr($data, 0, $length));
		}

		my $left = $end - time();
		die "timed out, response so far:\n$data\n"
			if $left <= 0 || !IO::Select->new($socket)->can_read($left);

		my $n = sysread($socket, $data, 65536, length $data);
		last if !$n;
	}

	return Test::Session::Response->new($data);
}

# length of the first response in the data, undef: not known yet; responses
# that end with the connection never are

sub response_length {
	my ($data, $is_head) = @_;

	$data =~ /\r\n\r\n/ or return undef;

	my $head = substr($data, 0, $+[0]);
	my ($status) = $head =~ /^HTTP\/\d\.\d (\d+)/ or return undef;

	if ($status =~ /^1/ && $status != 101) {
		my $next = response_length(substr($data, length $head), $is_head);
		return defined $next ? length($head) + $next : undef;
	}

	return length $head if $is_head || $status =~ /^(?:204|304|101)$/;

	if ($head =~ /^Transfer-Encoding: chunked\r$/mi) {
		return chunked_length($data, length $head);
	}

	if ($head =~ /^Content-Length: (\d+)\r$/mi) {
		return length($head) + $1;
	}

	return undef;
}

sub chunked_length {
	my ($data, $pos) = @_;

	pos($data) = $pos;

	while ($data =~ /\G([0-9a-f]+)[^\r]*\r\n/gi) {
		my $size = hex $1;
		$pos = $+[0] + $size + 2;
		return $pos if $size == 0;
		return undef if $pos > length $data;
		pos($data) = $pos;
	}

	return undef;
}

###############################################################################

sub cookie_jar {
	return Test::Session::Jar->new();
}

# Runs curl; the response of the last exchange.  All arguments are curl's.

sub curl {
	my (@args) = @_;

	my @command = ('curl', '-q', '-s', '-S', '-i', '-k', '--raw',
		'--max-time', TIMEOUT, @args);

	open my $fh, '-|', @command or die "cannot run curl: $!\n";
	binmode $fh;
	local $/;
	my $data = <$fh> // '';
	close $fh;

	my $response = Test::Session::Response->new($data);
	$response->{exit} = $? >> 8;

	return $response;
}

# HTTP/2 without TLS, at port(1); all arguments behind the URI are header lines

sub http2_get {
	my ($uri, @lines) = @_;

	return curl('--http2-prior-knowledge', map({ ('-H', $_) } @lines),
		'http://127.0.0.1:' . Test::Session::port(1) . $uri);
}

###############################################################################

1;

###############################################################################
