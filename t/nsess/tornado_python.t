#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Tornado's signed cookies, written and read here, against Tornado's own.

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

tap_ok('cookies and Tornado',
	'/usr/bin/python3', root() . '/t/tools/tornado_python.py',
	"$build/unit/tool_tornado");

###############################################################################
