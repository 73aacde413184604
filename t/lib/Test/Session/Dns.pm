package Test::Session::Dns;

# Copyright (C) the ngx_http_session_module authors

# A server of names, over UDP, that answers what the test has said last.

###############################################################################

use warnings;
use strict;

use IO::Socket::INET;
use Socket qw/ inet_aton inet_pton AF_INET6 /;

use constant { A => 1, AAAA => 28 };

# of RFC 1035

my %codes = (servfail => 2, nxdomain => 3);

###############################################################################

sub new {
	my ($class, $t) = @_;

	my $socket = IO::Socket::INET->new(Proto => 'udp',
		LocalAddr => '127.0.0.1:0') or die "no port for names: $!\n";

	my $self = bless {
		t => $t,
		port => $socket->sockport(),
		file => $t->testdir() . '/names',
	}, $class;

	$self->answer('silent');

	my $pid = fork() // die "fork() failed: $!\n";

	if ($pid == 0) {
		$SIG{TERM} = $SIG{INT} = 'DEFAULT';
		$self->serve($socket);
	}

	push @{$t->{daemons}}, $pid;

	return $self;
}

sub port { return $_[0]{port} }

# addresses that each name has from now on, for one second; or 'servfail',
# 'nxdomain', 'silent'

sub answer {
	my ($self, @words) = @_;

	$self->{t}->write_file('names.new', "@words");
	rename "$self->{file}.new", $self->{file};
}

sub serve {
	my ($self, $socket) = @_;

	while (1) {
		my $peer = $socket->recv(my $query, 512) // next;
		my $reply = reply($query, split / /,
			$self->{t}->read_file('names'));

		$socket->send($reply, 0, $peer) if defined $reply;
	}
}

sub reply {
	my ($query, @words) = @_;

	my ($id) = unpack 'n', $query;
	my $question = substr $query, 12;
	my ($type) = unpack 'n', substr $question, -4;

	return if $words[0] eq 'silent';

	my @data = grep { defined } map { record($type, $_) } @words;
	my $code = $codes{$words[0]} // 0;

	return pack('n6', $id, 0x8180 | $code, 1, scalar @data, 0, 0)
		. $question . join '', @data;
}

sub record {
	my ($type, $word) = @_;

	my $data = $type == A && $word =~ /\./ ? inet_aton($word)
		: $type == AAAA && $word =~ /:/ ? inet_pton(AF_INET6, $word)
		: return undef;

	# the name of the question, class IN, TTL, length

	return pack('nnnNn', 0xc00c, $type, 1, 1, length $data) . $data;
}

###############################################################################

1;

###############################################################################
