package Test::Session::Jar;

# Copyright (C) the ngx_http_session_module authors

# A browser's cookies, without its rules on domains and paths.

###############################################################################

use warnings;
use strict;

###############################################################################

sub new { return bless { cookies => {} }, $_[0] }

sub absorb {
	my ($self, $response) = @_;

	for my $line ($response->header('Set-Cookie')) {
		my ($name, $value) = $line =~ /^([^=]+)=([^;]*)/ or next;

		if ($line =~ /; *Max-Age=0(?:;|$)/i) {
			delete $self->{cookies}{$name};
		} else {
			$self->{cookies}{$name} = $value;
		}
	}
}

sub get { return $_[0]{cookies}{$_[1]} }

sub set {
	my ($self, $name, $value) = @_;

	$self->{cookies}{$name} = $value;
}

# the value of a Cookie header, undef for an empty jar

sub header {
	my ($self) = @_;

	my $cookies = $self->{cookies};
	return undef if !%$cookies;
	return join '; ', map { "$_=$cookies->{$_}" } sort keys %$cookies;
}

###############################################################################

1;

###############################################################################
