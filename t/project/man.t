#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The man page that packaging/man.pl makes of docs/directives.md and
# docs/variables.md: nobody who formats it is warned, and all is in it.

###############################################################################

use warnings;
use strict;

use File::Temp qw/ tempdir /;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Page qw/ entries headings /;
use Test::Session::Tree qw/ root /;

###############################################################################

my $page = tempdir(CLEANUP => 1) . '/ngx_http_session_module.7';

is(system("${\ root()}/packaging/man.pl > $page"), 0, 'it is made');

is(`mandoc -T lint $page 2>&1`, '', 'mandoc finds nothing');
is(`LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z $page 2>&1 >/dev/null`,
	'', 'man warns of nothing');

my $text = `mandoc -T utf8 -O width=1000 $page` =~ s/.\x08//gr;

cmp_ok(scalar(my @entries = entries('docs/directives.md')), '>', 50,
	'there are directives');

for my $entry (@entries) {
	my ($syntax) = $entry->{syntax}[0] =~ /^`(.*?)`/;
	my $is = $syntax =~ s/…/.../gr;

	like($text, qr/^   \Q$entry->{name}\E\n +Syntax: +\Q$is\E/m,
		"it has $entry->{name}, and how it is written");
}

for my $heading (grep { $_->{level} == 3 } headings('docs/variables.md')) {
	like($text, qr/^   \Q$heading->{text}\E$/m, "it has $heading->{text}");
}

unlike($text, qr/pages? of (?:its|their) own/, 'it speaks of no other page');
like($text, qr/^NGX_HTTP_SESSION_MODULE\(7\) .*\n\nNAME\n +ngx_http_session_module/,
	'it says whose it is');

done_testing();

###############################################################################
