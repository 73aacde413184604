#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The pickle codec against Python's own pickle, each way, at all protocols.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More tests => 1;

use lib "$FindBin::Bin/lib";
use Test::Session::Tap qw/ tap_ok /;

###############################################################################

my $build = $ENV{BUILD} || "$FindBin::Bin/../build";

tap_ok('pickle and Python',
	'/usr/bin/python3', "$FindBin::Bin/tools/pickle_python.py",
	"$build/unit/tool_pickle");

###############################################################################
