package Test::Session::Relay;

# Copyright (C) the ngx_http_session_module authors

# A memcached that can be told to wait: a fake server that hands commands on
# to a real one, but keeps those back that meet a gate which is shut.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Time::HiRes qw/ sleep /;

use Test::Session::HTTP;

our @EXPORT = qw/ relay /;

###############################################################################

# Starts the relay in front of a real memcached(), with the next macro
# %%MC_n%%.  Option: delay (seconds, of each save).

sub relay {
	my ($t, $mc, %extra) = @_;

	my $gate = $t->testdir() . '/gate';
	my $address = $mc->address();
	my $seen = 0;
	my $socket;

	my $forward = sub {
		my ($line, $value) = @_;

		wait_at($gate, $line);
		wait_below("$gate.limit", ++$seen);
		return ('', 'close') if is_failed("$gate.fail", $line)
			|| is_kept($gate, $line, $value);
		sleep($extra{delay}) if $extra{delay} && $line =~ /^ms /;

		$socket ||= Test::Session::HTTP::connect_to($address)
			or die "cannot connect to $address: $!\n";

		my $reply = exchange($socket, $line, $value);

		return is_failed("$gate.lose", $line) ? ('', 'close') : $reply;
	};

	my $fake = $t->memcached_fake({ expect => qr/^m[gsd] /,
		reply => $forward, repeat => 1 });

	return bless { fake => $fake, gate => $gate, address => $address },
		'Test::Session::Relay';
}

# until this gate is opened; one that is shut next does not count

sub wait_at {
	my ($gate, $line) = @_;

	my $shut = read_gate($gate);
	my (undef, $regex) = split / /, $shut, 2;

	return if $shut eq '' || $line !~ /$regex/;

	Test::Session::wait_until(sub { read_gate($gate) ne $shut });
}

# while only so many commands are let through, and this is one more

sub wait_below {
	my ($file, $seen) = @_;

	Test::Session::wait_until(sub {
		my $limit = read_gate($file);
		return $limit eq '' || $seen <= $limit;
	});
}

sub read_gate {
	my ($gate) = @_;

	open my $fh, '<', $gate or return '';
	return readline($fh) // '';
}

sub is_failed {
	my ($file, $line) = @_;

	open my $fh, '<', $file or return 0;
	my $regex = readline $fh;

	return $line =~ /$regex/;
}

# the bytes of the first one that matches are kept

sub is_kept {
	my ($gate, $line, $value) = @_;

	return 0 if !is_failed("$gate.keep", $line);

	open my $fh, '>', "$gate.kept" or die "cannot write $gate.kept: $!\n";
	print $fh "$line\r\n", defined $value ? "$value\r\n" : '';
	close $fh;

	return unlink "$gate.keep";
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

# shuts the gate for commands that match, all saves and deletes if not given

sub shut {
	my ($self, $regex) = @_;

	open my $fh, '>', "$self->{gate}.new" or die "cannot shut the gate: $!\n";
	print $fh ++$self->{shut}, ' ', $regex || qr/^m[sd] /;
	close $fh;
	rename "$self->{gate}.new", $self->{gate};
}

sub open_gate {
	my ($self) = @_;

	unlink $self->{gate};
}

# closes connections at commands that match, until it is called without regex

sub fail {
	my ($self, $regex) = @_;

	return $self->tell('fail', $regex);
}

# the same when memcached has carried them out

sub lose {
	my ($self, $regex) = @_;

	return $self->tell('lose', $regex);
}

# Closes the connection at the next command that matches, and keeps it, as what
# is between nginx and memcached may; deliver() hands it to memcached, whose
# reply it returns.

sub keep {
	my ($self, $regex) = @_;

	return $self->tell('keep', $regex);
}

sub deliver {
	my ($self) = @_;

	open my $fh, '<', "$self->{gate}.kept" or die "nothing was kept: $!\n";
	local $/;
	my $bytes = readline $fh;

	unlink "$self->{gate}.kept";

	my $socket = Test::Session::HTTP::connect_to($self->{address})
		or die "cannot connect to $self->{address}: $!\n";
	local $/ = "\n";
	print $socket $bytes;

	return readline $socket;
}

# lets only so many commands through, counted from the first that was received,
# until it is called without a number

sub limit {
	my ($self, $number) = @_;

	return $self->tell('limit', $number);
}

sub tell {
	my ($self, $what, $text) = @_;

	my $file = "$self->{gate}.$what";

	return unlink $file if !defined $text;

	open my $fh, '>', "$file.new" or die "cannot write $file: $!\n";
	print $fh $text;
	close $fh;
	rename "$file.new", $file;
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
