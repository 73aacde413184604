#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Saves of one record that wait for their turn are written together: each has
# its own change and its own outcome, in the order in which they came.  The
# first write is held by the script until all the others wait.
#
# Faults of the source that this finds, put in by hand:
#
#     ngx_http_session_joins(): one whose value cannot be made is taken along
#     ngx_http_session_share_out(): in a conflict each goes on for itself
#     ngx_http_session_part(): one of the group is forgotten

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memory;
use Test::Session::Together;

###############################################################################

my $i = Test::Session::Memory->new(managers => {
	plain => '' });

# the same at once, one by one and together: what has been written

$i->on('plain');

my @six = map { [ '/slow/said', 'X-Session-Incr: a' ] } 1 .. 6;

my ($cookie, @r) = together($i, [], @six);
is(outcomes($i, @r), join(' ', ('saved') x 7), 'each is told that it was saved');
is($i->state($cookie), 'HIT::106:', 'all increments have happened');
is(sets($i), 2, 'one write alone, and one for those that waited');

($cookie, @r) = together($i, [],
	[ '/slow/said', 'X-Session-Set: a=7' ], [ '/slow/said', 'X-Session-Incr: a' ],
	[ '/slow/said', 'X-Session-Set: b=text' ],
	[ '/slow/said', 'X-Session-Incr: b', 'X-Session-Set: a=1' ],
	[ '/slow/said', 'X-Session-Incr: a' ]);
is(outcomes($i, @r), 'saved saved saved saved integer saved',
	'an increment of what is no number fails alone');
is($i->state($cookie), 'HIT::9:text', 'and changes nothing, the order is kept');
is(sets($i), 3, 'it was not written, and those behind it were written later');

# what happens to the write happens to all; the first command of the script is
# the get of those that waited, the second is their set

for (
	[ 'clash', 'saved', 'HIT::106:', 3 ],
	[ 'fail ' . $i->next_reason(), 'store', 'HIT::100:', 2 ],
	[ 'blind ' . $i->next_reason(), 'store', 'HIT::106:', 2 ],
	[ 'refuse ' . $i->next_reason(), 'store', 'HIT::100:', 1 ],
	[ 'lose', 'gone', 'EXPIRED:::', 2 ],
) {
	my ($fault, $saved, $state, $sets) = @$_;
	my $conflicts = conflicts();

	($cookie, @r) = together($i, [ "2 $fault" ], @six);
	is(outcomes($i, @r), join(' ', 'saved', ($saved) x 6), "$fault: all are told so");
	is($i->state($cookie), $state, "$fault: what is there");
	is(sets($i), $sets, "$fault: writes");
	is(conflicts() - $conflicts, $fault eq 'clash' ? 1 : 0, "$fault: conflicts");
}

# nobody knows whether it was carried out: values are written anew, increments
# fail, and have happened at most once

for my $how (qw/ fail blind /) {
	($cookie, @r) = together($i, [ "2 $how 5" ],
		[ '/slow/said', 'X-Session-Incr: a' ], [ '/slow/said', 'X-Session-Set: b=1' ],
		[ '/slow/said', 'X-Session-Incr: a' ], [ '/slow/said', 'X-Session-Set: b=2' ]);
	is(outcomes($i, @r), 'saved store saved store saved', "$how: the connection failed");
	is($i->state($cookie), $how eq 'blind' ? 'HIT::102:2' : 'HIT::100:2',
		"$how: what is there");
}

# an end takes no turn

($cookie, @r) = together($i, [], @six, [ '/slow/said', 'X-Session-Destroy: 1' ]);
is(outcomes($i, @r), join(' ', ('gone') x 7, 'saved'), 'an end beside them wins');
is($i->state($cookie), 'EXPIRED:::', 'it has ended the session');

# nor does a new id, under which all of them go on

($cookie, @r) = together($i, [], @six, [ '/slow/said', 'X-Session-Regenerate: 1' ]);

my $moved = $i->sent($r[-1]);
is(outcomes($i, @r), join(' ', ('joined') x 7, 'saved'), 'a new id beside them');
is($i->state($moved), 'HIT::106:', 'all changes are under it');

done_testing();

###############################################################################

sub conflicts { return $i->{t}->log_count(qr/session save: .*\(UPDATE CONFLICT/) }
