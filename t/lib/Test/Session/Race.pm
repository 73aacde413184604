package Test::Session::Race;

# Copyright (C) the ngx_http_session_module authors

# One session that two managers share, "app" straight from memcached and
# "slow" by way of a relay, so that something else can happen between the
# commands of a slow request.

###############################################################################

use warnings;
use strict;

use Test::Session;
use Test::Session::HTTP;
use Test::Session::Token;

###############################################################################

# The managers have the key_prefix "s:", cookies of their own names, and the
# secret of the test; "slow" answers on port 1.

sub new {
	my ($class, $t, $mc, $relay) = @_;

	return bless { t => $t, mc => $mc, relay => $relay }, $class;
}

# a new session with the record {"a":"1"}

sub begin {
	my ($self) = @_;

	my $id = Test::Session::Token::random_id();

	for my $name ('app', 'slow') {
		$self->{$name} = "$name=" . Test::Session::Token->new(name => $name,
			purpose => 'session cookie',
			secret => $self->{t}->read_file('secret'))->sign(id => $id);
	}

	$self->{mc}->flush();
	$self->{key} = 's:' . Test::Session::Token::store_key($id);
	$self->{mc}->set($self->{key}, '{"a":"1"}');
}

sub app { return $_[0]{app} }
sub slow { return $_[0]{slow} }
sub key { return $_[0]{key} }

# the response to a slow request; while its command waits, the code runs

sub interfere {
	my ($self, $uri, $code, $command) = @_;

	my $relay = $self->{relay};
	my $n = $relay->count($command);

	$relay->shut($command);

	my $socket = http_start(http_request($uri, cookie => $self->{slow},
		close => 1), port => port(1));

	$relay->wait_for($command, $n + 1) or die "$uri: no $command\n";
	$code->();
	$relay->open_gate();

	return http_end($socket);
}

###############################################################################

1;

###############################################################################
