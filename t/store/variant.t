#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A new store touches three files of the source at most, of which its own is
# one: shown by that of the tests.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ root /;

###############################################################################

my $root = root();
my ($store) = `$root/t/tools/variant.pl -l $root` =~ /^store: (.+)/m;
my @files = split ' ', $store // '';

ok((grep { $_ eq 'src/store/ngx_session_memory.c' } @files), 'the store');
cmp_ok(@files, '<=', 3, 'files that a store touches: ' . ($store // ''));

is(`grep -rlE 'ngx_session_m(c|emory)|nsess_mc' $root/src/http`, '',
	'no file of src/http names a store');

done_testing();

###############################################################################
