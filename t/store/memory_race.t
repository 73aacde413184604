#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Two requests of one session, of which one overtakes the other between any two
# operations of the store; and changes of it that wait for each other, and are
# written together, beside a new id or an end.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Matrix;
use Test::Session::Memory;

###############################################################################

my $i = Test::Session::Memory->new(managers => {
	plain => '',
	few => 'subject user; max_sessions 3;' });

my @requests = qw/ update regenerate again logout /;

for my $name ($i->names()) {
	$i->on($name);

	for my $first (@requests) {
		race($i, $first, $_) for @requests;
	}

	race($i, 'update', "update update $_") for qw/ regenerate logout /;
	race($i, 'regenerate', 'update update update');
}

done_testing();

###############################################################################
