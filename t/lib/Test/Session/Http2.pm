package Test::Session::Http2;

# Copyright (C) the ngx_http_session_module authors

# As much of HTTP/2 as tests need beyond curl: several streams of a connection
# in clear text, bodies that come later, resets, and whether nothing is
# answered that was not asked for.  Header fields are sent as literals (RFC
# 7541, 6.2.2); of those received, the status is read.

###############################################################################

use warnings;
use strict;

use IO::Select;
use Socket qw/ IPPROTO_TCP TCP_NODELAY /;

use Test::Session::HTTP;

use constant { DATA => 0, HEADERS => 1, RESET => 3, SETTINGS => 4,
	PING => 6, WINDOW => 8 };
use constant { END_STREAM => 1, END_HEADERS => 4 };

use constant TIMEOUT => 30;

###############################################################################

sub new {
	my ($class, $port) = @_;

	my $socket = http_start("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
		. frame(SETTINGS, 0, 0, ''), port => $port);
	binmode $socket;
	setsockopt($socket, IPPROTO_TCP, TCP_NODELAY, 1);

	return bless { socket => $socket, data => '', next => 1,
		streams => {} }, $class;
}

sub frame {
	my ($type, $flags, $stream, $payload) = @_;

	return pack('NCN', length($payload) << 8 | $type, $flags, $stream)
		. $payload;
}

sub put {
	my ($self, @frame) = @_;

	local $SIG{PIPE} = 'IGNORE';
	$self->{socket}->print(frame(@frame));
}

# Begins a stream and returns its number.  Options: method, header (a list of
# names and values), body (1: it comes later).

sub request {
	my ($self, $uri, %extra) = @_;

	my $stream = $self->{next};
	$self->{next} += 2;

	my @fields = ([':method', $extra{method} || 'GET'], [':scheme', 'http'],
		[':authority', 'localhost'], [':path', $uri]);
	my @header = @{$extra{header} || []};
	push @fields, [splice @header, 0, 2] while @header;

	my $block = join '', map { pack('C C/a a0', 0, $_->[0], '')
		. long_string($_->[1]) } @fields;

	$self->put(HEADERS, END_HEADERS | ($extra{body} ? 0 : END_STREAM),
		$stream, $block);

	return $stream;
}

# a string literal of any length: RFC 7541, 5.1 and 5.2

sub long_string {
	my ($string) = @_;

	my $n = length $string;
	return pack('C', $n) . $string if $n < 127;

	my $head = pack('C', 127);
	$n -= 127;
	$head .= pack('C', $n % 128 + 128), $n = int($n / 128) while $n >= 128;

	return $head . pack('C', $n) . $string;
}

sub body {
	my ($self, $stream, $data, $more) = @_;

	$self->put(DATA, $more ? 0 : END_STREAM, $stream, $data);
}

sub reset_stream {
	my ($self, $stream) = @_;

	$self->put(RESET, 0, $stream, pack('N', 8));
}

# Reads until a stream has its whole response, was reset, or the connection
# ends; returns a reference to a hash: status, body, end, reset.

sub response {
	my ($self, $stream) = @_;

	$self->read_until(sub {
		my $s = $self->{streams}{$stream};
		return $s && ($s->{end} || defined $s->{reset});
	});

	return $self->{streams}{$stream} || { status => 0, body => '' };
}

# does the connection answer a ping?

sub lives {
	my ($self) = @_;

	$self->{pong} = 0;
	$self->put(PING, 0, 0, 'are you?');
	$self->read_until(sub { $self->{pong} });

	return $self->{pong};
}

# the streams for which anything came

sub answered {
	my ($self) = @_;

	my @streams = sort { $a <=> $b } keys %{$self->{streams}};
	return @streams;
}

###############################################################################

sub read_until {
	my ($self, $done) = @_;

	until ($done->()) {
		next if $self->take_frame();

		IO::Select->new($self->{socket})->can_read(TIMEOUT)
			or die "HTTP/2: timed out\n";
		sysread($self->{socket}, $self->{data}, 65536,
			length $self->{data}) or last;
	}
}

sub take_frame {
	my ($self) = @_;

	return 0 if length $self->{data} < 9;

	my ($head, $flags, $stream) = unpack('NCN', $self->{data});
	my ($length, $type) = ($head >> 8, $head & 255);

	return 0 if length $self->{data} < 9 + $length;

	my $payload = substr $self->{data}, 9, $length;
	substr($self->{data}, 0, 9 + $length) = '';
	$self->take($type, $flags, $stream, $payload);

	return 1;
}

sub take {
	my ($self, $type, $flags, $stream, $payload) = @_;

	return $self->put(SETTINGS, 1, 0, '')
		if $type == SETTINGS && !($flags & 1);
	return $self->{pong} = 1 if $type == PING && $flags & 1;
	return if $stream == 0 || $type == WINDOW;

	my $s = $self->{streams}{$stream} ||= { status => 0, body => '' };

	if ($type == HEADERS) {
		$s->{status} = status($payload);

	} elsif ($type == DATA) {
		$s->{body} .= $payload;
		my $size = pack('N', length $payload);

		if (length $payload) {
			$self->put(WINDOW, 0, 0, $size);
			$self->put(WINDOW, 0, $stream, $size);
		}

	} elsif ($type == RESET) {
		$s->{reset} = unpack 'N', $payload;
	}

	$s->{end} = 1 if ($type == HEADERS || $type == DATA)
		&& $flags & END_STREAM;
}

# the first field, behind updates of the table's size: RFC 7541, appendix A

sub status {
	my ($block) = @_;

	my @indexed = (200, 204, 206, 304, 400, 404, 500);

	$block =~ s/^(?:\x3f[\x80-\xff]*[\x00-\x7f]|[\x20-\x3e])+//;

	return $1 if $block =~ /^[\x08\x48]\x03(\d{3})/;
	return $indexed[ord($1) - 0x88] if $block =~ /^([\x88-\x8e])/;

	return 0;
}

###############################################################################

1;

###############################################################################
