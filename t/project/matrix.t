#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "make matrix" says why a row of its table failed.

###############################################################################

use warnings;
use strict;

use FindBin;
use File::Temp qw/ tempdir /;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ root /;

###############################################################################

my $dir = tempdir('ngx_session_XXXXXXXX', TMPDIR => 1, CLEANUP => 1);
my $git = "git -C $dir -c user.name=a -c user.email=a\@b";

# a history of nginx with one release, in which sources are missing

system("$git init -q && touch $dir/README && $git add README"
	. " && $git commit -qm nginx && $git tag release-1.22.9"
	. " && mkdir $dir/from && ln -s ../.git $dir/from/nginx.git") == 0
	or die "cannot run git\n";

my $table = matrix('1.22');

like($table, qr/^1\.22 +nginx 1\.22\.9 +failed$/m, 'no sources: a row failed');
like($table, qr/^the end of \Q$dir\E\/out\/1\.22\.log:$/m, 'its log is named');
like($table, qr/^    .*no sources of nginx are there/m, 'make says why');

like(matrix('1.24'), qr/^    .*nginx\.git has no tag .* "release-1\.24\."$/m,
	'no release of that version');

done_testing();

###############################################################################

sub matrix {
	my ($row) = @_;

	my $said = `OUT=$dir/out SOURCES=$dir/from @{[ root() ]}/t/tools/build-matrix $row 2>&1`;
	isnt($?, 0, "$row: it fails");

	return $said;
}

###############################################################################
