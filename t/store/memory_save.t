#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Every operation of the store that a load or a save starts, with every fault
# that it can have: it fails, before or after it is carried out, the record is
# lost or damaged, another one writes it at the same time, the answer is late.
# The reasons to fail take turns: memory_reasons.t has all in each step.
# memory_rows.t has the sessions of max_sessions.
#
# Faults of the source that this finds, put in by hand (rows of a save):
#
#     LEAVE FAILED -> BIND          the old id goes on beside the new one
#     BIND_READ FAILED -> UNDO      a failure ends the session within its grace

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

my $cookie = 'cookie sid secure=off max_age=1h;';
my $i = Test::Session::Memory->new(managers => {
	plain => $cookie,
	plain0 => "$cookie regenerate_grace 0;",
	owned => "$cookie subject user;",
	few0 => "$cookie subject user; max_sessions 3; regenerate_grace 0;",
	brief => "$cookie regenerate_grace 1s;" });

for my $name ($i->names()) {
	$i->on($name);

	for my $scenario (sort keys %scenarios) {
		next if !possible($name, $scenario);
		matrix($i, $scenario);
	}
}

later($i->on('brief'));


done_testing();

###############################################################################

# without a subject nothing is revoked; without a grace no old id answers; the
# cases of "brief" wait for the end of the grace: a lost record of their subject
# would end all of them

sub possible {
	my ($name, $scenario) = @_;

	return 0 if $scenario =~ /revoke|switch|leave|left|stolen/
		&& $name =~ /plain|brief/;
	return 0 if $scenario =~ /replaced|late_login|chain|stolen/
		&& $name =~ /0/;

	return $scenarios{$scenario}{id} if $name eq 'brief';

	return 1;
}

###############################################################################
