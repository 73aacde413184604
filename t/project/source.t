#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The shape of the source: text style, layers, duplicates, plain English, sizes
# and commit messages.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Checks qw/ message run /;
use Test::Session::Tree qw/ root /;

###############################################################################

my $root = root();
my $tools = "$root/t/tools";
my $sources = join ' ', split /\n/, `find $root/src -name '*.[ch]'`;
my $files = join ' ', grep { /\.c$/ } split / /, $sources;

is(run('style.pl', "$sources $root/t/unit/*.[ch] $root/t/fuzz/*.[ch]"), '',
	'style');
is(run('layers.pl', "-a $tools/layers.allow $root/src"), '', 'layers');
is(run('duplicates.pl', "-a $tools/duplicates.allow $sources"), '',
	'duplicates');
is(run('plain.pl', "-a $tools/plain.allow $root/src"), '', 'plain English');
is(run('plain.pl', "$root/docs $root/bench $root/*.md"), '', 'also of pages');
unlike(run('size.pl', "$files $root/t/*/*.t"), qr/\(limit: |exit/, 'sizes');

# the history, where there is one: not in an archive of the source

if (-e "$root/.git") {
	my $git = "git -c safe.directory='*' -C $root log --no-merges";

	my @ids = split /\n/, `$git --format=%H`;
	cmp_ok(@ids, '>', 0, 'there are commits');

	my @bad = grep { $_ ne '' } map { message(scalar `$git -1 --format=%B $_`) }
		@ids;
	is_deeply(\@bad, [], 'commit messages');
}

done_testing();

###############################################################################
