#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Numbers against Python's own: ints and floats, as text and as bytes.

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

tap_ok('numbers and Python',
	'/usr/bin/python3', root() . '/t/tools/number_python.py',
	"$build/unit/tool_number");

###############################################################################
