package Test::Session::Seen;

# Copyright (C) the ngx_http_session_module authors

# One cookie at a time: which one a response sets, and what nginx makes of it
# at /read, which answers with X-Session.

###############################################################################

use warnings;
use strict;

use Test::Session;

use base qw/ Exporter /;

our @EXPORT = qw/ cookie_of seen_as seen_all /;

###############################################################################

# name and value that the response sets; options of http_get()

sub cookie_of {
	my ($uri, %extra) = @_;

	my $r = http_get($uri, %extra);
	my ($sent) = ($r->header('Set-Cookie') // '') =~ /^(\w+=[^;]+)/;

	return $sent // "$uri sent no cookie";
}

sub seen_as {
	my ($cookie, %extra) = @_;

	return http_get('/read', cookie => $cookie, %extra)->header('X-Session');
}

sub seen_all {
	return join ', ', map { seen_as($_) } @_;
}

###############################################################################

1;

###############################################################################
