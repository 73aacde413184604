package Test::Session::Echo;

# Copyright (C) the ngx_http_session_module authors

# A back end that answers with what it was asked: the request line and the
# header lines, as they came.  $t->run_daemon($address, \&echo).

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use IO::Socket::INET;

our @EXPORT = qw/ echo reflect /;

###############################################################################

sub echo {
	my ($address) = @_;

	my $server = IO::Socket::INET->new(LocalAddr => $address,
		Listen => 128, ReuseAddr => 1) or die "listen: $!\n";

	$SIG{TERM} = 'DEFAULT';
	$SIG{PIPE} = 'IGNORE';

	while (my $client = $server->accept() // redo) {
		my ($head, $line) = ('', '');

		while (defined($line = <$client>) && $line =~ /\S/) {
			$head .= $line;
		}

		print $client "HTTP/1.0 200 OK\r\n\r\n$head";
		close $client;
	}
}

# a back end that tells method, path and body

sub reflect {
	my ($address) = @_;

	my $server = IO::Socket::INET->new(LocalAddr => $address,
		Listen => 128, ReuseAddr => 1) or die "listen: $!\n";

	$SIG{TERM} = 'DEFAULT';
	$SIG{PIPE} = 'IGNORE';

	while (my $client = $server->accept() // redo) {
		my ($head, $line, $body) = ('', '', '');

		while (defined($line = <$client>) && $line =~ /\S/) {
			$head .= $line;
		}

		my ($size) = $head =~ /^Content-Length: (\d+)/mi;
		read $client, $body, $size if $size;

		$body = "$1 $body" if $head =~ /^(\S+ \S+)/;
		print $client "HTTP/1.0 200 OK\r\nContent-Length: " . length($body)
			. "\r\n\r\n$body";
		close $client;
	}
}

###############################################################################

1;

###############################################################################
