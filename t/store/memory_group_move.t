#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A request that gives the session a new id, and found that others had written
# its record meanwhile, waits to read it among those that write it: it is not
# written together with them, and who waits behind it finds the new id.
#
# Fault of the source that this finds, put in by hand:
#
#     ngx_http_session_make_next(): without ngx_http_session_is_turn_of()

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

my $i = Test::Session::Memory->new(managers => { plain => '' });

my $cookie = $i->sid('/set?a=1');
my $move = $i->slow('/slow/move', $cookie);

# the first one writes, and the next one is held when it reads that

$i->faults('set hold');

my $first = $i->held('/set?a=2', $cookie);
my $second = $i->behind('/set?a=3', $cookie);

$i->faults('1 hold');
$i->ended($first);
wait_until { grep { $_->{outcome} eq 'HELD' } $i->trace() }
	or die "nothing is held\n";

my $waiting = $i->waiting();

$move->say();
wait_until { $i->waiting() > $waiting } or die "the new id does not wait\n";

my $third = $i->behind('/other?b=5', $cookie);

$i->faults();

my $moved = $move->end();
my $new = $i->sent($moved);

is(outcomes($i, $i->ended($second), $moved, $i->ended($third)),
	'saved saved joined', 'how they end');
is($i->state($new), 'HIT::3:5', 'all changes are under the new id');
is(join(' ', map { "$_->{verb} $_->{outcome}" }
	grep { $_->{key} eq $i->key($cookie) && $_->{verb} eq 'set' }
	$i->trace()), 'set DONE set DONE',
	'under the old one are a write and the marker');

done_testing();
