package Test::Session::Csrf;

# Copyright (C) the ngx_http_session_module authors

# Requests with a token of session_csrf, and tokens for them.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::Session::HTTP;

our @EXPORT = qw/ new_jar token visitor post post_body status /;

my $visitor;

###############################################################################

# the cookies of a first visit

sub new_jar {
	my ($uri) = @_;

	my $jar = cookie_jar();
	http_get($uri, jar => $jar);

	return $jar;
}

# a location that answers with $session_csrf

sub token {
	my ($uri, $jar) = @_;

	return http_get($uri, jar => $jar)->body();
}

# the cookies of all requests from now on

sub visitor {
	($visitor) = @_;

	return $visitor;
}

# with a token in a header, unless it is undef; options of http_get()

sub post {
	my ($uri, $token, %extra) = @_;

	my @lines = defined $token ? "X-CSRF-Token: $token" : ();
	push @lines, delete $extra{header} // ();

	return http_get($uri, method => 'POST', jar => $visitor,
		header => \@lines, %extra);
}

sub status {
	return post(@_)->status();
}

# with a body of that type, and more header lines

sub post_body {
	my ($uri, $type, $body, @lines) = @_;

	return http_post($uri, $body, jar => $visitor,
		header => [ "Content-Type: $type", @lines ]);
}

###############################################################################

1;

###############################################################################
