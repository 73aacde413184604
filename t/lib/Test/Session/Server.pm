package Test::Session::Server;

# Copyright (C) the ngx_http_session_module authors

# What back ends are made of: accepting clients, and reading their requests.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use IO::Socket::INET;
use POSIX qw//;

our @EXPORT = qw/ accept_each request_head request_body scgi_params /;

###############################################################################

# The code gets each client in turn, which is closed behind it; forks: each in
# a process of its own.

sub accept_each {
	my ($address, $code, %extra) = @_;

	my $server = IO::Socket::INET->new(LocalAddr => $address,
		Listen => 1024, ReuseAddr => 1)
		or die "cannot listen at $address: $!\n";

	$SIG{CHLD} = 'IGNORE' if $extra{forks};
	$SIG{TERM} = $SIG{INT} = 'DEFAULT';
	$SIG{PIPE} = 'IGNORE';

	while (my $client = $server->accept() // redo) {
		my $pid = $extra{forks} ? fork() // die "fork() failed: $!\n" : 0;

		$code->($client) if $pid == 0;
		close $client;
		POSIX::_exit(0) if $extra{forks} && $pid == 0;
	}
}

# the request line and the header lines

sub request_head {
	my ($client) = @_;

	my ($head, $line) = ('', '');

	while (defined($line = <$client>) && $line =~ /\S/) {
		$head .= $line;
	}

	return $head;
}

# as much as the head says

sub request_body {
	my ($client, $head) = @_;

	my $body = '';
	my ($size) = $head =~ /^Content-Length: (\d+)/mi;

	read $client, $body, $size if $size;

	return $body;
}

# names and values of a request by SCGI, which is read up to its body

sub scgi_params {
	my ($client) = @_;

	local $/ = ':';
	my ($length) = (readline($client) // '') =~ /(\d+)/ or return;

	read $client, my ($data), $length + 1;

	return split /\0/, substr($data, 0, $length), -1;
}

###############################################################################

1;

###############################################################################
