#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide: on each page a link to a logout, which is a GET, is told what is
# wrong, and so is a HEAD.

###############################################################################

use warnings;
use strict;

use File::Basename qw/ basename /;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;
use Test::Session::Tree qw/ root text /;

###############################################################################

my $t = Test::Session->new();
my @pages = grep { ends($_) } map { basename($_, '.md') }
	glob root() . '/docs/guide/*.md';

cmp_ok(scalar @pages, '>', 12, 'pages have a logout');

for my $name (@pages) {
	my $page = Test::Session::Guide->new($name, t => $t);
	my $browser = $page->browser();

	$page->run();

	for my $path (ends($name)) {
		my $link = $browser->get($path);
		my $head = $browser->get($path, '--head');

		is($link->status(), 405, "$name: a link to $path");
		is($link->header('Allow'), 'POST', 'is told how to do it');
		is($head->status(), 405, 'a HEAD, too');
	}

	$t->stop();
}

done_testing();

###############################################################################

# the locations of a page whose POST ends sessions

sub ends {
	my ($name) = @_;

	return text("docs/guide/$name.md") =~ m!^ +location = (/logout\S*) \{!mg;
}

###############################################################################
