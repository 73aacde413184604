#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide: its list has each page, by its heading, and each page has a
# complete nginx.conf, sections that a reader finds on all of them, and a test.

###############################################################################

use warnings;
use strict;

use File::Basename qw/ basename /;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ root text /;

###############################################################################

my $folder = root() . '/docs/guide';
my $list = text('docs/guide/README.md');
my @pages = grep { $_ ne 'README' } map { basename($_, '.md') }
	glob "$folder/*.md";

my %listed = reverse $list =~ /^\* \[([^\]]+)\]\((\S+)\.md\)/mg;

is(join(' ', sort keys %listed), join(' ', sort @pages), 'the list has all');

for my $page (@pages) {
	my $text = text("docs/guide/$page.md");
	my @conf = $text =~ /^```nginx\n(.*?)^```$/msg;

	is(($text =~ /^# (.+)\n/)[0], $listed{$page}, "$page: its heading");
	is(scalar @conf, 1, "$page: an nginx.conf");
	like($conf[0], qr/^include .*^events \{.*^http \{\n.*^\}\n\z/ms,
		"$page: a complete one");
	like($text, qr/^## What the lines do\n.*^## What can go wrong\n/ms,
		"$page: what it does, and what can go wrong");
	ok(-e root() . "/t/guide/$page.t", "$page: a test");
}

# the line that cuts an nginx.conf, or a program, out of a page

my ($cut) = text('docs/guide/README.md') =~ /^ +(sed -n .*) login\.md \|/m;

for my $page (@pages) {
	for my $language (qw/ nginx python js php /) {
		my @blocks = text("docs/guide/$page.md")
			=~ /^```$language\n(.*?)^```$/msg or next;
		my $command = $cut =~ s/nginx/$language/r;

		is(`cd $folder && $command $page.md`, $blocks[0],
			"$page: its $language") if @blocks == 1;
	}
}

# and those of Rack and of Rails

my ($program) = text('docs/guide/rails.md') =~ /^(sed -n .*) rails\.md >/m;

for my $name ('config.ru', 'rails.ru') {
	my ($block) = text('docs/guide/rails.md')
		=~ /^```ruby\n(# \Q$name\E\n.*?)^```$/ms;

	my $command = $program =~ s/config\.ru/$name/r;

	is(`cd $folder && $command rails.md`, $block, $name);
}

# packages that pages name are those with which the tests run them

my $tested = text('Makefile') . ' npm';
my @named = map { split ' ' } map { text("docs/guide/$_.md")
	=~ /`sudo apt install ([^`]+)`/g } 'README', @pages;

cmp_ok(scalar @named, '>', 8, 'packages are named');
is(join(' ', grep { $tested !~ /(?<![\w-])\Q$_\E(?![\w-])/ } @named), '',
	'and known');

done_testing();

###############################################################################
