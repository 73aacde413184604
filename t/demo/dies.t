#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A test that dies ends the demo that it has started.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Demo;

###############################################################################

my $t = Test::Session->new();

$t->write_file('dies.pl', <<'EOF');
use Test::Session;
use Test::Session::Demo;

my $demo = Test::Session::Demo->start(Test::Session->new());
my $ready = $demo->ready();

$| = 1;
print "pids $demo->{pid} ", join(' ', $demo->pids()), "\n" if $ready;
die "for a reason\n";
EOF

open my $out, '-|', $^X, '-I', $t->root() . '/t/lib', '-e',
	'open STDERR, ">&", \*STDOUT; do shift; print $@; exit 1',
	$t->testdir() . '/dies.pl' or die "cannot run perl: $!\n";

my $said = join '', <$out>;
my ($pids) = $said =~ /^pids (\d+(?: \d+){3,})$/m;

ok($pids, 'the demo was ready') or diag($said);
like($said, qr/^for a reason$/m, 'the test died');
is(join(' ', grep { Test::Session::Demo::is_running($_) }
	split / /, $pids // ''), '', 'nothing left running');

done_testing();

###############################################################################
