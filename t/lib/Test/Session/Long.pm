package Test::Session::Long;

# Copyright (C) the ngx_http_session_module authors

# Connections that do not end by themselves: their upstream, and clients of
# them, WebSocket (RFC 6455) and plain.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use IO::Select;

use Test::Session;

use constant PATIENCE => 30;

our @EXPORT = qw/ long_upstream under_way /;

###############################################################################

# an upstream with /echo and /stream, on a port of nginx's configuration

sub long_upstream {
	my ($t, $n) = @_;

	my $program = $t->root() . '/t/tools/long_upstream.py';

	$t->run_daemon('127.0.0.1:' . port($n), sub {
		exec '/usr/bin/python3', $program, port($n);
		die "no python3: $!\n";
	});
}

# how many of its connections are open

sub under_way {
	my ($n) = @_;

	return http_get('/open', port => port($n))->body();
}

# a WebSocket, or undef when it was refused

sub websocket {
	my ($class, $uri, %extra) = @_;

	my $self = $class->start(http_request($uri, %extra, header => [
		'Upgrade: websocket', 'Connection: Upgrade',
		'Sec-WebSocket-Version: 13',
		'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
		@{$extra{header} || []} ]), %extra);

	$self->read_until(qr/\r\n\r\n/);

	return $self->{data} =~ s/^HTTP\/1.1 101 .*?\r\n\r\n//s ? $self : undef;
}

# a response that comes in pieces; what has come is in data

sub start {
	my ($class, $request, %extra) = @_;

	return bless { socket => http_start($request, %extra), data => '' },
		$class;
}

# what comes back for a short text, or undef when the connection is closed

sub echo {
	my ($self, $text) = @_;

	local $SIG{PIPE} = 'IGNORE';

	# of the client's frames a mask is required; that of zeros changes nothing

	syswrite $self->{socket}, pack('CCN', 0x81, 0x80 | length $text, 0) . $text;

	my $frame = pack('CC/a*', 0x81, $text);

	return undef if !$self->read_until(qr/\Q$frame\E/);

	$self->{data} = '';

	return $text;
}

sub read_until {
	my ($self, $regex) = @_;

	while ($self->{data} !~ $regex) {
		return 0 if !$self->read_more();
	}

	return 1;
}

# 1 when the other side closes the connection, 0 when time is up

sub is_closed {
	my ($self) = @_;

	my $end = time() + PATIENCE;

	while (time() < $end) {
		my $n = $self->read_more() // return 0;
		return 1 if $n == 0;
	}

	return 0;
}

# how many bytes came, 0 at the end, undef when time is up

sub read_more {
	my ($self) = @_;

	return undef
		if !IO::Select->new($self->{socket})->can_read(PATIENCE);

	my $n = sysread $self->{socket}, my $bytes, 65536;
	$self->{data} .= $bytes if $n;

	return $n || 0;
}

sub close {
	my ($self) = @_;

	http_abort($self->{socket});
}

###############################################################################

1;

###############################################################################
