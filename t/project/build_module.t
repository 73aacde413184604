#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The file "config" as nginx.org's build_module.sh (of github.com/nginx/pkg-oss,
# 0.19) reads it: by line, without running it.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ text /;

###############################################################################

my @lines = split /\n/, text('config');

ok((grep { /\.\s+auto\/module/ } @lines), 'it is taken for a dynamic module');

# Each word behind "ngx_module_name=", up to a quote or another "=", is told to
# the user as a module to load, unless it has a backslash.  A word with "$" is
# replaced by what stands behind that name.

my @words = map { split ' ', value($_) } grep { /ngx_module_name=/ } @lines;

ok((grep { /^[\w\\]+$/ } @words) == @words, 'names, and the ends of lines');

my %told = map { $_ => 1 } grep { !/\\/ } @words;

is_deeply([ keys %told ], [ 'ngx_http_session_module' ],
	'the user is told to load the module that is built');

is((map { value($_) } grep { /ngx_addon_name=/ } @lines)[0],
	'ngx_http_session_module', 'which has that name for nginx, too');

done_testing();

###############################################################################

# what lies behind the first "=" of a line, within quotes if there are any

sub value {
	my ($line) = @_;

	my $value = (split /=/, $line)[1];
	my @quoted = split /"/, $value;

	return @quoted > 1 ? $quoted[1] : $value;
}

###############################################################################
