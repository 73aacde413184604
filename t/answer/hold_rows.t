#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Each row of the table of a response that is held is reached by other tests,
# which run here with a log of debug level, in which the variant of the module
# tells each row.

###############################################################################

use warnings;
use strict;

use FindBin;
use File::Find;
use File::Temp qw/ tempdir /;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memory;
use Test::Session::Tree qw/ root /;

###############################################################################

plan(skip_all => 'no Lua and njs for this nginx')
	if !Test::Session->new()->is_packaged();

my @tests = qw( answer/return answer/exit_files answer/hold_head
	answer/replace_files answer/replace_http2 answer/replace_scripts
	module/no_memory session/abort upstream/accept_strict
	upstream/accept_strict_mirror );

my %reached = map { $_ => 1 } map { rows_of($_) } @tests;
my @rows = Test::Session::Memory::response_rows();

cmp_ok(@rows, '>=', 20, 'rows of the table');
is(join(', ', grep { !$reached{$_} } @rows), '', 'each is reached');

done_testing();

###############################################################################

sub rows_of {
	my ($test) = @_;

	my $dir = tempdir(CLEANUP => 1);
	my $output = "$dir/output";
	my %rows;

	my %of_test = (Test::Session->variant(), TMPDIR => $dir,
		TEST_NGINX_LEAVE => 1, TEST_NGINX_LOG_LEVEL => 'debug_http');

	local @ENV{keys %of_test} = values %of_test;

	is(system("$^X '" . root() . "/t/$test.t' >'$output' 2>&1"), 0, $test);

	find({ no_chdir => 1, wanted => sub {
		return if !/error\.log$/ || !-f;
		open my $fh, '<', $_ or return;
		while (my $line = <$fh>) {
			$rows{$1} = 1
				if $line =~ /session response: .*\((\w+ [A-Z]+) ->/;
		}
	} }, $dir);

	return keys %rows;
}

###############################################################################
