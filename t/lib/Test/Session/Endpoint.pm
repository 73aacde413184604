package Test::Session::Endpoint;

# Copyright (C) the ngx_http_session_module authors

# A configuration endpoint of ElastiCache, that says what it is told to.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Time::HiRes qw/ sleep /;

use Test::Session::Server;

our @EXPORT = qw/ cluster_reply /;

###############################################################################

sub new {
	my ($class, $t, $port) = @_;

	my $self = bless { t => $t }, $class;

	$self->say('');

	$t->run_daemon("127.0.0.1:$port", sub {
		accept_each($_[0], sub { $self->serve($_[0]) }, forks => 1);
	});

	return $self;
}

# from now on; 'split': a byte at a time; 'open': then it waits for the client

sub say {
	my ($self, $reply, $how) = @_;

	$self->{t}->write_file('endpoint.new', ($how // '') . "\n$reply");
	my $file = $self->{t}->testdir() . '/endpoint';
	rename "$file.new", $file;
}

# has a client come that waits for it ('open')?

sub waiting {
	my ($self) = @_;

	return -e $self->{t}->testdir() . '/endpoint.waiting';
}

# a cluster's list: its version, and its nodes, NAME|ADDRESS|PORT each

sub cluster_reply {
	my ($version, @nodes) = @_;

	my $list = "$version\n@nodes\n";

	return 'CONFIG cluster 0 ' . length($list) . "\r\n$list\r\nEND\r\n";
}

sub serve {
	my ($self, $client) = @_;

	my $command = <$client> // return;

	return if $command ne "config get cluster\r\n";

	my ($how, $reply) = split /\n/, $self->{t}->read_file('endpoint'), 2;

	for my $part ($how eq 'split' ? split //, $reply : $reply) {
		syswrite $client, $part;
		sleep 0.001 if $how eq 'split';
	}

	return if $how ne 'open';

	$self->{t}->write_file('endpoint.waiting', '');
	<$client>;
}

###############################################################################

1;

###############################################################################
