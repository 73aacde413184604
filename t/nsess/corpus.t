#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Replays the fuzz corpora: each target of t/fuzz, built without libFuzzer,
# reads all files of its corpus.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ build root /;

###############################################################################

my $build = build();
my $fuzz = root() . '/t/fuzz';
my @names = map { m!/fuzz_(\w+)\.c$! } glob "$fuzz/fuzz_*.c";

plan tests => 1 + 2 * @names;

cmp_ok(@names, '>', 0, 'there are fuzz targets');

for my $name (@names) {
	my @files = glob "$fuzz/corpus/$name/*";

	cmp_ok(@files, '>=', 10, "$name: has a corpus");

	my $output = `'$build/corpus/$name' '$fuzz/corpus/$name' 2>&1`;
	is("$? $output", '0 ' . @files . " files replayed\n",
		"$name: replayed");
}

###############################################################################
