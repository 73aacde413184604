package Test::Session::Response;

# Copyright (C) the ngx_http_session_module authors

# A response: a string with all bytes received, and an object with its parts.
# Interim responses (1xx) are skipped, unless nothing else came.

###############################################################################

use warnings;
use strict;

use overload '""' => sub { return $_[0]{raw} }, 'bool' => sub { 1 },
	fallback => 1;

###############################################################################

sub new {
	my ($class, $raw) = @_;

	my $data = $raw;

	while ($data =~ /^HTTP\/\S+ 1(?!01)\d\d.*?\r\n\r\n(?=HTTP)/s) {
		$data = substr($data, $+[0]);
	}

	my ($head, $body) = split /\r\n\r\n/, $data, 2;
	my ($line, @lines) = split /\r\n/, $head // '';
	my ($status) = ($line // '') =~ /^HTTP\/\S+ (\d+)/;

	return bless {
		raw => $raw,
		status => $status // 0,
		lines => \@lines,
		content => $body // '',
	}, $class;
}

sub status { return $_[0]{status} }
sub raw { return $_[0]{raw} }
sub exit_code { return $_[0]{exit} }

# values of a header: all of them in list context, else the first or undef

sub header {
	my ($self, $name) = @_;

	my @values = map { /^\Q$name\E: ?(.*)$/i ? $1 : () } @{$self->{lines}};

	return wantarray ? @values : $values[0];
}

sub headers {
	my ($self) = @_;

	return @{$self->{lines}};
}

# without the chunks

sub body {
	my ($self) = @_;

	my $chunked = $self->header('Transfer-Encoding');
	return $self->{content} if ($chunked // '') ne 'chunked';

	my $data = $self->{content};
	my $body = '';

	while ($data =~ /\G([0-9a-f]+)[^\r]*\r\n/gi) {
		my $pos = $+[0];
		my $size = hex $1;
		last if $size == 0;
		$body .= substr($data, $pos, $size);
		pos($data) = $pos + $size + 2;
	}

	return $body;
}

# the value that a Set-Cookie gives to a cookie, undef: none does

sub cookie {
	my ($self, $name) = @_;

	my ($value) = map { /^\Q$name\E=([^;]*)/ ? $1 : () }
		$self->header('Set-Cookie');

	return $value;
}

###############################################################################

1;

###############################################################################
