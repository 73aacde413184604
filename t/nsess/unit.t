#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Unit tests of ring 0: runs what "make unit" built of t/unit/test_*.c, the
# TAP of each becomes a subtest.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tap qw/ tap_ok /;
use Test::Session::Tree qw/ build root /;

###############################################################################

my $build = build();
my @names = map { m!/(test_\w+)\.c$! } glob root() . '/t/unit/test_*.c';

plan tests => 1 + @names;

cmp_ok(@names, '>', 0, 'there are unit tests');

tap_ok($_, "$build/unit/$_") for @names;

###############################################################################
