package Test::Session::Answer;

# Copyright (C) the ngx_http_session_module authors

# A back end that answers what it is told to: the request's X-Say has header
# lines with "|" between them, X-Status the status.  With a ";" behind the
# status the header does not end well: what follows is no line, or nothing is.
# $t->run_daemon($address, \&answer), or with lines for all requests.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::Session::Server;

our @EXPORT = qw/ answer say_lines /;

###############################################################################

# options of http_get() for lines of X-Session-; status => CODE

sub say_lines {
	my ($lines, %extra) = @_;

	my $status = delete $extra{status};
	my $header = delete $extra{header};

	return (header => ['X-Say: ' . join('|', map { "X-Session-$_" }
		ref $lines ? @$lines : $lines),
		defined $status ? "X-Status: $status" : (),
		ref $header ? @$header : $header // ()], %extra);
}

sub answer {
	my ($address, $lines) = @_;

	accept_each($address, sub {
		my ($client) = @_;

		my $head = request_head($client);

		print $client response(defined $lines ? "X-Say: $lines\r\n"
			: $head);
	});
}

sub response {
	my ($head) = @_;

	my ($lines) = $head =~ /^X-Say: (.*?)\r$/mi;
	my ($status, $rest) = $head =~ /^X-Status: (\d+)(?:;(.*?))?\r$/mi;

	$status ||= 200;

	my $body = $status =~ /^(?:101|204|304)$/ || $head =~ /^HEAD/ ? ''
		: "said\n";

	return "HTTP/1.1 $status X\r\nX-Other: kept\r\nConnection: "
		. ($status == 101 ? 'upgrade' : 'close') . "\r\n"
		. join('', map { "$_\r\n" } split /\|/, $lines // '')
		. ($status =~ /^(?:101|204|304)$/ ? '' : "Content-Length: 5\r\n")
		. (!defined $rest ? "\r\n$body" : $rest eq '' ? ''
		: "$rest\r\n\r\n");
}

###############################################################################

1;

###############################################################################
