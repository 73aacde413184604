#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The pickle codec on all captured pickles: hostile ones, those of Tornado
# applications and of client libraries, and appended keys.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More tests => 1;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tap qw/ tap_ok /;
use Test::Session::Tree qw/ build root /;

###############################################################################

my $build = build();

tap_ok('captured pickles',
	'/usr/bin/python3', root() . '/t/tools/pickle_cases.py',
	"$build/unit/tool_pickle", root() . '/t/vectors/wire');

###############################################################################
