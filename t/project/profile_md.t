#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/profiles: what is shown for nginx.conf passes "nginx -t".

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

$t->secret('cookie.key', 'cookie secret');
$t->secret('session.key', 'session secret');

for my $file (glob $t->root() . '/docs/profiles/*.md') {
	open my $fh, '<', $file or die "$file: $!\n";
	my $page = do { local $/; <$fh> };
	my @blocks = $page =~ /^```nginx\n(.*?)^```$/msg;
	my ($manager) = grep { /^session_manager/ } @blocks;

	cmp_ok(scalar @blocks, '>', 0, "$file shows something");

	for my $block (@blocks) {
		my $conf = $block =~ /^session_manager/ ? $block : $manager . $block;

		$conf =~ s/\/etc\/nginx\//$t->testdir() . '\/'/ge;
		$conf =~ s/listen   80;/listen 127.0.0.1:%%PORT_0%%;/;

		my ($ok, $said) = $t->check_http("$conf\n");

		ok($ok, 'is good: ' . substr $block, 0, 40) or diag($said);
	}
}

done_testing();

###############################################################################
