#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Links between the documents lead to files, and to headings that are there.

###############################################################################

use warnings;
use strict;

use File::Basename qw/ dirname /;
use File::Spec::Functions qw/ abs2rel /;
use FindBin;
use Test::More;

use Cwd qw/ abs_path /;

use lib "$FindBin::Bin/../lib";
use Test::Session::Page qw/ pages headings links /;
use Test::Session::Tree qw/ root /;

###############################################################################

my %anchors;
my $root = root();

for my $page (pages()) {
	for my $link (grep { !/^\w+:/ } links($page)) {
		my ($file, $anchor) = $link =~ /^([^#]*)(?:#(.*))?$/;
		my $path = $file eq '' ? "$root/$page"
			: "$root/" . dirname($page) . "/$file";

		if (!-e $path) {
			fail("$page: $link leads to a file");

		} elsif (defined $anchor) {
			ok(anchors(abs2rel(abs_path($path), $root))->{$anchor},
				"$page: $link leads to a heading");

		} else {
			pass("$page: $link leads to a file");
		}
	}
}

done_testing();

###############################################################################

sub anchors {
	my ($page) = @_;

	return $anchors{$page} //= { map { $_->{anchor} => 1 } headings($page) };
}

###############################################################################
