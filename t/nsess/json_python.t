#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The JSON codec against Python's own json, and the public conformance
# documents.

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

tap_ok('json and Python',
	'/usr/bin/python3', root() . '/t/tools/json_python.py',
	"$build/unit/tool_json", root() . '/t/vectors/json-test-suite');

###############################################################################
