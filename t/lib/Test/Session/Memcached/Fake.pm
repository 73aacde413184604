package Test::Session::Memcached::Fake;

# Copyright (C) the ngx_http_session_module authors

# A scripted memcached, for what a real one cannot be made to do.  The script
# is a list of steps; each command received takes the next one:
#
#   expect   regex for the command line; another command is a failure
#   reply    bytes, or a sub that gets (command line, value, socket) and
#            returns them, and what is to be done then, if it is not what the
#            step says; the socket is to write a part to, before the rest;
#            in bytes, %O is the command's opaque flag (e.g. O17), %K its key
#   split    bytes of a write, each write a packet of its own
#   delay    seconds before the reply
#   then     after the reply: close, half_close or reset
#   repeat   the step serves all further commands
#
# A step without reply stays silent.  "mn" and "version" are answered where the
# step at hand does not expect them, and take no step; "version", which each
# connection begins with, is not among the commands then.  Commands behind the
# end of the script are failures, and close the connection.

###############################################################################

use warnings;
use strict;

use IO::Select;
use IO::Socket::INET;
use POSIX qw//;
use Socket qw/ IPPROTO_TCP TCP_NODELAY SOL_SOCKET SO_LINGER /;
use Time::HiRes qw/ sleep /;

###############################################################################

sub new {
	my ($class, %self) = @_;

	return bless { %self }, $class;
}

sub start {
	my ($self) = @_;

	my $listener = IO::Socket::INET->new(
		Proto => 'tcp',
		LocalAddr => $self->{address},
		Listen => 128,
		ReuseAddr => 1,
	) or die "cannot listen at $self->{address}: $!\n";

	my $pid = fork() // die "fork() failed: $!\n";

	if ($pid == 0) {
		$SIG{TERM} = 'DEFAULT';
		$SIG{PIPE} = 'IGNORE';
		eval { $self->serve($listener) };
		print STDERR $@;
		POSIX::_exit(1);
	}

	close $listener;
	$self->{pid} = $pid;

	return $self;
}

sub address { return $_[0]{address} }
sub pid { return $_[0]{pid} }

sub port {
	my ($self) = @_;

	return $self->{address} =~ /:(\d+)$/ ? $1 : undef;
}

sub end {
	my ($self) = @_;

	my $pid = delete $self->{pid} or return;

	kill 'KILL', $pid;
	waitpid($pid, 0);
}

# command lines received so far; those that the script did not expect

sub commands {
	my ($self) = @_;

	return map { /^command (.*)/ ? $1 : () } $self->lines();
}

sub failures {
	my ($self) = @_;

	return map { /^failure (.*)/ ? $1 : () } $self->lines();
}

# number of connections accepted so far

sub connections {
	my ($self) = @_;

	return scalar grep { /^connection/ } $self->lines();
}

sub lines {
	my ($self) = @_;

	open my $fh, '<', $self->{log} or return;
	my @lines = grep { /\n\z/ } <$fh>;
	close $fh;

	return @lines;
}

###############################################################################

sub serve {
	my ($self, $listener) = @_;

	my $select = IO::Select->new($listener);
	my %input;

	open $self->{fh}, '>>', $self->{log} or die "$self->{log}: $!\n";
	$self->{fh}->autoflush(1);

	while (1) {
		for my $socket ($select->can_read()) {

			if ($socket == $listener) {
				my $client = $listener->accept() or next;
				setsockopt($client, IPPROTO_TCP, TCP_NODELAY, 1);
				$self->note('connection');
				$select->add($client);
				$input{$client} = '';
				next;
			}

			my $n = sysread($socket, $input{$socket}, 65536,
				length $input{$socket});

			if (!$n || !$self->process($socket, \$input{$socket})) {
				$select->remove($socket);
				delete $input{$socket};
				close $socket;
			}
		}
	}
}

sub note {
	my ($self, $line) = @_;

	print { $self->{fh} } "$line\n";
}

# all whole commands of the input; 0: the connection is to be closed

sub process {
	my ($self, $socket, $input) = @_;

	while ($$input =~ /^([^\r\n]*)\r\n/) {
		my $line = $1;
		my $length = length $&;
		my $value;

		if ($line =~ /^ms \S+ (\d+)/) {
			return 1 if length $$input < $length + $1 + 2;
			$value = substr($$input, $length, $1);
			$length += $1 + 2;
		}

		$$input = substr($$input, $length);
		$self->note("command $line") if !$self->is_first($line);

		return 0 if !$self->step($socket, $line, $value);
	}

	return 1;
}

sub step {
	my ($self, $socket, $line, $value) = @_;

	my $step = $self->{script}[0];
	my $expect = $step ? $step->{expect} // qr/^(?!mn)/ : undef;

	if ($self->is_first($line)) {
		syswrite($socket, "VERSION 1.6.18\r\n");
		return 1;
	}

	if ($line =~ /^mn\b/ && !($step && $line =~ $expect)) {
		syswrite($socket, "MN\r\n");
		return 1;
	}

	if (!$step || $line !~ $expect) {
		$self->note("failure $line");
		return 0;
	}

	shift @{$self->{script}} if !$step->{repeat};

	sleep($step->{delay}) if $step->{delay};
	my $then = $self->reply($socket, $step, $line, $value);

	return $self->after($socket, $then || $step->{then} || '');
}

sub is_first {
	my ($self, $line) = @_;

	my $step = $self->{script}[0];

	return $line eq 'version'
		&& !($step && $step->{expect} && $line =~ $step->{expect});
}

sub reply {
	my ($self, $socket, $step, $line, $value) = @_;

	my $reply = $step->{reply} // return;
	my $then;

	if (ref $reply) {
		($reply, $then) = $reply->($line, $value, $socket);

	} else {
		my ($key) = $line =~ /^\w+ (\S+)/;
		my ($opaque) = $line =~ / (O\w+)/;
		$reply =~ s/%O/$opaque \/\/ ''/ge;
		$reply =~ s/%K/$key \/\/ ''/ge;
	}

	my $size = $step->{split} || length $reply || 1;

	for (my $pos = 0; $pos < length $reply; $pos += $size) {
		sleep(0.001) if $pos;
		syswrite($socket, substr($reply, $pos, $size)) // last;
	}

	return $then;
}

sub after {
	my ($self, $socket, $then) = @_;

	if ($then eq 'half_close') {
		shutdown($socket, 1);
		return 1;
	}

	if ($then eq 'reset') {
		setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0));
		return 0;
	}

	return $then ne 'close';
}

###############################################################################

1;

###############################################################################
