package Test::Session::Told;

# Copyright (C) the ngx_http_session_module authors

# An upstream that answers when it is told to: it listens in the process of the
# test, which takes a request, does other things, and then answers.

###############################################################################

use warnings;
use strict;

use IO::Select;
use IO::Socket::INET;

use Test::Session;
use Test::Session::HTTP;

use constant PATIENCE => 30;

###############################################################################

# on that port of the test

sub new {
	my ($class, $port) = @_;

	my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1:$port",
		Listen => 128, ReuseAddr => 1) or die "listen: $!\n";

	return bless { listener => $listener }, $class;
}

# Sends a request to nginx, and returns when the upstream has it; options as of
# http_get().  When nginx answers it alone, that is an error.

sub begin {
	my ($self, $uri, %extra) = @_;

	my $client = http_start(http_request($uri, close => 1, %extra), %extra);

	return $self->take($client) || die "$uri did not get to the upstream: "
		. http_end($client);
}

# The request whose client is given, once the upstream has it; undef: nginx has
# answered it alone.

sub take {
	my ($self, $client) = @_;

	my $select = IO::Select->new($client, $self->{listener});
	my ($ready) = grep { $_ == $self->{listener} }
		$select->can_read(PATIENCE);

	return undef if !$ready;

	my $socket = $self->{listener}->accept() or die "accept: $!\n";
	my ($head, $line) = ('', '');

	while (defined($line = <$socket>) && $line =~ /\S/) {
		$head .= $line;
	}

	return bless { client => $client, socket => $socket, head => $head },
		'Test::Session::Told::Request';
}

# The same for other protocols: 1, and the connection is closed; or undef.

sub reached {
	my ($self, $client) = @_;

	my $select = IO::Select->new($client, $self->{listener});
	my ($ready) = grep { $_ == $self->{listener} }
		$select->can_read(PATIENCE);

	close $self->{listener}->accept() if $ready;

	return $ready ? 1 : undef;
}

###############################################################################

package Test::Session::Told::Request;

use warnings;
use strict;

# the request's header, as the upstream got it

sub head { return $_[0]{head} }

# The upstream answers with these lines of the header; what the client gets.

sub answer {
	my ($self, @lines) = @_;

	$self->finish(@lines);

	return $self->end();
}

# the same in two steps

sub finish {
	my ($self, @lines) = @_;

	$self->say("said\n", @lines, 'Content-Length: 5');
	close $self->{socket};
}

sub end { return Test::Session::HTTP::http_end($_[0]{client}) }

# The same with a response that does not end: the client's socket.

sub stream {
	my ($self, @lines) = @_;

	$self->say("begun\n", @lines);

	return $self->{client};
}

sub say {
	my ($self, $body, @lines) = @_;

	print { $self->{socket} } (map { "$_\r\n" } 'HTTP/1.1 200 OK',
		'Connection: close', @lines), "\r\n$body";
	$self->{socket}->flush();
}

###############################################################################

1;

###############################################################################
