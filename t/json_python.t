#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The JSON codec against Python's own json, and the public conformance
# documents.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More tests => 1;

use lib "$FindBin::Bin/lib";
use Test::Session::Tap qw/ tap_ok /;

###############################################################################

my $build = $ENV{BUILD} || "$FindBin::Bin/../build";

tap_ok('json and Python',
	'/usr/bin/python3', "$FindBin::Bin/tools/json_python.py",
	"$build/unit/tool_json", "$FindBin::Bin/vectors/json-test-suite");

###############################################################################
