package Test::Session::Echo;

# Copyright (C) the ngx_http_session_module authors

# A back end that answers with what it was asked: the request line and the
# header lines, as they came.  $t->run_daemon($address, \&echo).

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::Session::Server;

our @EXPORT = qw/ echo reflect /;

###############################################################################

sub echo {
	my ($address) = @_;

	accept_each($address, sub {
		my ($client) = @_;

		print $client "HTTP/1.0 200 OK\r\n\r\n", request_head($client);
	});
}

# a back end that tells method, path and body

sub reflect {
	my ($address) = @_;

	accept_each($address, sub {
		my ($client) = @_;

		my $head = request_head($client);
		my $body = request_body($client, $head);

		$body = "$1 $body" if $head =~ /^(\S+ \S+)/;
		print $client "HTTP/1.0 200 OK\r\nContent-Length: " . length($body)
			. "\r\n\r\n$body";
	});
}

###############################################################################

1;

###############################################################################
