package Test::Session::Relay;

# Copyright (C) the ngx_http_session_module authors

# A memcached that can be told to wait: a fake server that hands commands on
# to a real one, and keeps the acknowledgement of a save back while its gate
# is closed.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::Session::HTTP;

our @EXPORT = qw/ relay /;

###############################################################################

# Starts the relay in front of a real memcached(), with the next macro
# %%MC_n%%.  Options: delay (seconds, of each save), expect (regex of the
# commands that the gate keeps back, saves and deletes if not given).

sub relay {
	my ($t, $mc, %extra) = @_;

	my $gate = $t->testdir() . '/gate';
	my $expect = $extra{expect} || qr/^m[sd] /;
	my $address = $mc->address();
	my $socket;

	my $forward = sub {
		my ($line, $value) = @_;

		if ($line =~ $expect) {
			Test::Session::wait_until(sub { !-e $gate });
			select(undef, undef, undef, $extra{delay}) if $extra{delay};
		}

		$socket ||= Test::Session::HTTP::connect_to($address)
			or die "cannot connect to $address: $!\n";

		return exchange($socket, $line, $value);
	};

	my $fake = $t->memcached_fake({ expect => qr/^m[gsd] /,
		reply => $forward, repeat => 1 });

	return bless { fake => $fake, gate => $gate }, 'Test::Session::Relay';
}

sub exchange {
	my ($socket, $line, $value) = @_;

	print $socket "$line\r\n", defined $value ? "$value\r\n" : '';

	my $reply = readline $socket;

	if ($reply =~ /^VA (\d+)/) {
		read($socket, $reply, $1 + 2, length $reply);
	}

	return $reply;
}

sub shut {
	my ($self) = @_;

	open my $fh, '>', $self->{gate} or die "cannot shut the gate: $!\n";
}

sub open_gate {
	my ($self) = @_;

	unlink $self->{gate};
}

# how many commands that match were received

sub count {
	my ($self, $regex) = @_;

	return scalar grep { $_ =~ $regex } $self->{fake}->commands();
}

# waits for so many of them: 1, or 0 when time is up

sub wait_for {
	my ($self, $regex, $count) = @_;

	return Test::Session::wait_until(sub {
		$self->count($regex) >= ($count || 1) }) ? 1 : 0;
}

sub fake { return $_[0]{fake} }

###############################################################################

1;

###############################################################################
