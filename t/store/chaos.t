#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Users of two nginx, while memcacheds die, stop and begin anew, links to them
# break and nginx is reloaded: what was acknowledged is kept, and no request
# fails that did not have to.  See t/chaos; "make chaos" is the same for longer.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tap qw/ tap_ok /;
use Test::Session::Tree qw/ root /;

# the faults of this seed are of each kind

use constant { SECONDS => 30, SEED => 83 };

###############################################################################

tap_ok('what was acknowledged is kept, and no more fails than has to', '/usr/bin/python3',
	root() . '/t/chaos/chaos.py', SECONDS, SEED);

done_testing();

###############################################################################
