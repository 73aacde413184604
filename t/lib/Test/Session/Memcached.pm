package Test::Session::Memcached;

# Copyright (C) the ngx_http_session_module authors

# A real memcached, with signals by its pid, and a client of its own that
# tests use to look at records and to change them.

###############################################################################

use warnings;
use strict;

use POSIX qw/ WNOHANG /;

use Test::Session::HTTP;
use Test::Session::Memcached::Fake;

###############################################################################

# address: 127.0.0.1:PORT or unix:PATH; args: more arguments of memcached; tls:
# an address where it talks TLS, which it does not at the other one

sub new {
	my ($class, %self) = @_;

	return bless { args => [], %self }, $class;
}

sub start {
	my ($self) = @_;

	my @command = ('memcached', '-t', 1, '-U', 0, $self->listen_args(),
		@{$self->{args}});
	push @command, '-u', 'root' if $> == 0;

	my $pid = fork() // die "fork() failed: $!\n";

	if ($pid == 0) {
		open STDIN, '<', '/dev/null';
		open STDOUT, '>>', $self->{log};
		open STDERR, '>&', \*STDOUT;
		exec @command or POSIX::_exit(127);
	}

	$self->{pid} = $pid;

	Test::Session->waitforsocket($self->{address})
		or die "memcached does not listen, see $self->{log}\n";

	return $self;
}

sub listen_args {
	my ($self) = @_;

	return ('-s', $1) if $self->{address} =~ /^unix:(.+)/;

	return ('-l', "notls:$self->{address}", '-l', $self->{tls}) if $self->{tls};

	my ($host, $port) = split /:/, $self->{address};
	return ('-l', $host, '-p', $port);
}

sub address { return $_[0]{address} }
sub pid { return $_[0]{pid} }

sub port {
	my ($self) = @_;

	return $self->{address} =~ /:(\d+)$/ ? $1 : undef;
}

# SIGSTOP: it accepts connections and answers nothing, until cont(); returns
# when all of its threads have stopped

sub stop {
	my ($self) = @_;

	kill 'STOP', $self->{pid};

	Test::Session::wait_until(sub {
		!grep { !is_stopped($_) } glob "/proc/$self->{pid}/task/*/stat";
	}) or die "memcached does not stop\n";
}

sub is_stopped {
	my ($file) = @_;

	open my $stat, '<', $file or return 1;
	return <$stat> =~ /\) T /;
}

sub cont {
	my ($self) = @_;

	kill 'CONT', $self->{pid};
}

# SIGKILL: connections are closed, new ones refused

sub kill_now {
	my ($self) = @_;

	my $pid = delete $self->{pid} or return;

	kill 'KILL', $pid;
	waitpid($pid, 0);
	delete $self->{socket};
}

sub restart {
	my ($self) = @_;

	$self->kill_now();
	return $self->start();
}

sub end {
	my ($self) = @_;

	$self->kill_now();
}

{
	no warnings 'once';
	*kill = \&kill_now;
}

###############################################################################

sub set {
	my ($self, $key, $value, %extra) = @_;

	my $flags = $extra{flags} || 0;
	my $exptime = $extra{exptime} || 0;

	my $reply = $self->command("set $key $flags $exptime "
		. length($value) . "\r\n$value");
	return $reply eq 'STORED' ? 1 : 0;
}

sub get {
	my ($self, $key) = @_;

	return $self->mg($key, 'v')->{value};
}

sub delete {
	my ($self, $key) = @_;

	return $self->command("delete $key") eq 'DELETED' ? 1 : 0;
}

sub flush {
	my ($self) = @_;

	return $self->command('flush_all') eq 'OK' ? 1 : 0;
}

# A meta get: { code => 'VA', value => '...', flags => { t => 1800, ... } }.
# It asks without extending a record's life, unless a T flag says so.

sub mg {
	my ($self, $key, @flags) = @_;

	@flags = qw/ v f c t / if !@flags;

	my $line = $self->command("mg $key @flags");
	my ($code, @words) = split / /, $line;
	my %reply = (code => $code);

	if ($code eq 'VA') {
		my $length = shift @words;
		$reply{value} = $self->read_bytes($length + 2);
		substr($reply{value}, -2) = '';
	}

	$reply{flags} = { map { substr($_, 0, 1) => substr($_, 1) } @words };

	return \%reply;
}

sub stats {
	my ($self, @args) = @_;

	my %stats;
	my $line = $self->command(join ' ', 'stats', @args);

	while ($line =~ /^STAT (\S+) (.*)$/) {
		$stats{$1} = $2;
		$line = $self->read_line();
	}

	return \%stats;
}

# Keys that are in the cache now, by a walk through the hash table: one along
# the lists of items leaves out those that memcached moves at the moment.  The
# crawler may be busy with a walk of its own.

sub keys {
	my ($self) = @_;

	my @keys;
	my $line = Test::Session::wait_until(sub {
		my $line = $self->command('lru_crawler metadump hash');
		return $line !~ /^BUSY/ && $line;
	}) or die "memcached does not list its keys\n";

	# since 1.6.43

	$line = $self->read_line() if $line eq 'OK';

	while ($line =~ /^key=(\S+)/) {
		push @keys, $1;
		$line = $self->read_line();
	}

	s/%([0-9A-F]{2})/chr hex $1/ge for @keys;

	return sort @keys;
}

# those of sessions that go on: not of subjects, nor of ids that were replaced

sub live {
	my ($self) = @_;

	return grep { !/~/ && ($self->get($_) // '') !~ /^moved / } $self->keys();
}

# sends a line, returns the first line of the reply

sub command {
	my ($self, $command) = @_;

	$self->{socket} ||= Test::Session::HTTP::connect_to($self->{address})
		or die "cannot connect to memcached: $!\n";
	print { $self->{socket} } "$command\r\n";

	return $self->read_line();
}

sub read_line {
	my ($self) = @_;

	my $line = readline $self->{socket};
	die "memcached closed the connection\n" if !defined $line;
	$line =~ s/\r\n$//;

	return $line;
}

sub read_bytes {
	my ($self, $length) = @_;

	my $n = read($self->{socket}, my ($data), $length);
	die "memcached closed the connection\n" if ($n // 0) != $length;

	return $data;
}

###############################################################################

1;

###############################################################################
