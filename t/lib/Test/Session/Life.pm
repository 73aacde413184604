package Test::Session::Life;

# Copyright (C) the ngx_http_session_module authors

# How long records live in memcached, compared with some patience; and sessions
# that began some time ago.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::More;

use Test::Session::HTTP;
use Test::Session::Token;

use constant LAG => 10;		# memcached's clock may lag
use constant PATIENCE => 300;	# a bound for what a test takes

our @EXPORT = qw/ about lives PATIENCE /;

###############################################################################

# a record has so many seconds left

sub lives {
	my ($mc, $key, $seconds, $what) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	about($mc->mg($key, 't')->{flags}{t}, $seconds, $what);
}

# that many seconds, less what the test took

sub about {
	my ($got, $expected, $what) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	my $near = defined $got && $got =~ /^\d+$/ && $got <= $expected + LAG
		&& $got > $expected - PATIENCE;

	ok($near, "$what: $expected s") or diag('got ' . ($got // 'nothing'));
}

# sessions of managers that have the same secret, in a memcached

sub new {
	my ($class, $mc, $secret) = @_;

	return bless { mc => $mc, secret => $secret,
		id => Test::Session::Token::random_id() }, $class;
}

sub token {
	my ($self, $name) = @_;

	return Test::Session::Token->new(secret => $self->{secret}, name => $name);
}

# of the session below, or of the one whose cookie a response sets

sub key {
	my ($self, $name, $r) = @_;

	my $id = $self->{id};
	$id = $self->token($name)->verify($r->cookie($name))->{id} if $r;

	return "$name:" . Test::Session::Token::store_key($id);
}

# The cookie of a session that began so many seconds ago, whose record has
# so many left, 0: it has no end; login: when it last had a new id, seconds
# ago.

sub begin {
	my ($self, $name, $age, $left, %extra) = @_;

	my $now = time();
	my $login = $extra{login} // $age;

	$self->{mc}->flush();
	$self->{mc}->set($self->key($name), $extra{record} // '{}',
		exptime => $left > 30 * 24 * 3600 ? $now + $left : $left);

	return "$name=" . $self->token($name)->sign(id => $self->{id},
		created => $now - $age, map { $_ => $now - $login } qw/ issued signed /);
}

# a request of it

sub get {
	my ($self, $name, $uri, @session) = @_;

	return http_get($uri, cookie => $self->begin($name, @session));
}

###############################################################################

1;

###############################################################################
