package Test::Session::Preload;

# Copyright (C) the ngx_http_session_module authors

# Libraries for LD_PRELOAD, whose source is in t/tools.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

our @EXPORT = qw/ preload /;

###############################################################################

# The nginx of a test, if it is started later, has the library of that name.

sub preload {
	my ($t, $name) = @_;

	my $library = $t->testdir() . "/$name.so";

	system('gcc', '-shared', '-fPIC', '-o', $library,
		$t->root() . "/t/tools/$name.c") == 0 or die "gcc failed\n";

	$ENV{TEST_NGINX_PRELOAD} = join ':', $ENV{TEST_NGINX_PRELOAD} // (),
		$library;

	# with nginx itself under AddressSanitizer, no library comes before it

	$ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (),
		'verify_asan_link_order=0';
}

###############################################################################

1;

###############################################################################
