package Test::Session::Twemproxy;

# Copyright (C) the ngx_http_session_module authors

# twemproxy (Debian's package nutcracker) in front of servers of memcached().

###############################################################################

use warnings;
use strict;

use POSIX qw//;

use Test::Session;

###############################################################################

sub new {
	my ($class, $t, @servers) = @_;

	my $dir = $t->testdir();
	my $self = bless {
		address => '127.0.0.1:' . port('twemproxy'),
		log => "$dir/twemproxy.log",
	}, $class;

	my $list = join '', map { '    - ' . $_->address() . ":1\n" } @servers;

	$t->write_file('twemproxy.yml', <<EOF);
sessions:
  listen: $self->{address}
  hash: fnv1a_64
  distribution: ketama
  auto_eject_hosts: false
  timeout: 400
  server_retry_timeout: 100
  servers:
$list
EOF

	$self->start("$dir/twemproxy.yml", port('twemproxy_stats'));

	return $self;
}

sub start {
	my ($self, $conf, $stats) = @_;

	my $pid = fork() // die "fork() failed: $!\n";

	if ($pid == 0) {
		open STDOUT, '>>', $self->{log};
		open STDERR, '>&', \*STDOUT;
		exec '/usr/sbin/nutcracker', '-c', $conf, '-o', $self->{log},
			'-a', '127.0.0.1', '-s', $stats, '-i', 3600000
			or POSIX::_exit(127);
	}

	$self->{pid} = $pid;

	Test::Session->waitforsocket($self->{address})
		or die "twemproxy does not listen, see $self->{log}\n";
}

sub address { return $_[0]{address} }

sub end {
	my ($self) = @_;

	my $pid = delete $self->{pid} or return;

	kill 'KILL', $pid;
	waitpid($pid, 0);
}

sub DESTROY {
	my ($self) = @_;

	local ($?, $!);
	$self->end();
}

###############################################################################

1;

###############################################################################
