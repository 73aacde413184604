#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The pickle codec against Python's own pickle, each way, at all protocols.

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

tap_ok('pickle and Python',
	'/usr/bin/python3', root() . '/t/tools/pickle_python.py',
	"$build/unit/tool_pickle");

###############################################################################
