#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Each row of the table of a response that is held is reached by other tests,
# which run here with a log of debug level, but for those rows that no test
# reaches yet.

###############################################################################

use warnings;
use strict;

use FindBin;
use File::Find;
use File::Temp qw/ tempdir /;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Memory;
use Test::Session::Tree qw/ root /;

###############################################################################

my @tests = qw( answer/return answer/hold_head answer/replace_files
	answer/replace_http2 answer/replace_scripts upstream/accept_strict
	module/no_memory );

# what would have to happen

my %not_reached = (
	'HELD_LOAD END' => 'the client leaves before a late load is answered',
	'REFUSED END' => 'the client leaves while a file is in use',
	'OPEN CLOSE' => 'a response cannot be reset to be made anew',
);

my %reached = map { $_ => 1 } map { rows_of($_) } @tests;
my @rows = Test::Session::Memory::response_rows();

cmp_ok(@rows, '>=', 20, 'rows of the table');
is(join(', ', grep { !$reached{$_} } @rows),
	join(', ', grep { $not_reached{$_} } @rows), 'which are not reached');

done_testing();

###############################################################################

sub rows_of {
	my ($test) = @_;

	my $dir = tempdir(CLEANUP => 1);
	my $output = "$dir/output";
	my %rows;

	local $ENV{TMPDIR} = $dir;
	local $ENV{TEST_NGINX_LEAVE} = 1;
	local $ENV{TEST_NGINX_LOG_LEVEL} = 'debug_http';

	is(system("$^X '" . root() . "/t/$test.t' >'$output' 2>&1"), 0, $test);

	find({ no_chdir => 1, wanted => sub {
		return if !/error\.log$/ || !-f;
		open my $fh, '<', $_ or return;
		while (my $line = <$fh>) {
			$rows{$1} = 1
				if $line =~ /session response: (\w+ [A-Z]+) ->/;
		}
	} }, $dir);

	return keys %rows;
}

###############################################################################
