#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Each example of nginx.conf in the documents passes "nginx -t", without a
# warning, and ends no session by a GET.  Those of docs/guide are run by t/guide.

###############################################################################

use warnings;
use strict;

use File::Basename qw/ dirname /;
use File::Path qw/ make_path /;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Page qw/ pages blocks examples conf /;

###############################################################################

my $t = Test::Session->new();
my $pair = $t->certificate('pair');
my %made;

# an end by a GET, which a link of another site makes

my $end = qr/\bsession_(?:destroy|revoke_all)\b/;
my $by_get = qr/$end(?![^;]*\bif=)/;

# a GET that would be answered as if the session had ended

my $silent = qr/(?<!return 405; \}\n)^ *$end +if=/m;

for my $page (pages()) {
	for my $block (blocks($page, 'nginx')) {

		# that of administrators is reached from the machine alone
		my $conf = $block->{text} =~ s/^    # for administrators.*//msr;

		unlike($conf, $by_get, "$page, $block->{heading}: no end by a GET");
		unlike($conf, $silent, 'and none that a GET seems to make');
	}
}

for my $page (grep { !/^docs\/guide\// } pages()) {
	for my $example (examples($page)) {
		my ($ok, $said) = $t->check_conf(conf($example, \&need));
		my ($first) = $example->{text} =~ /(\S.*)/;

		ok($ok, "$page, $example->{heading}: $first")
			or diag($said);
		unlike($said, qr/\[warn\]/, 'without a warning');
	}
}

done_testing();

###############################################################################

# a file that an example names, below the test's directory

sub need {
	my ($path) = @_;

	return if $made{$path}++;

	make_path(dirname($t->testdir() . "/$path"));

	if ($path =~ /\.crt$/ || $path =~ /\/nginx\.key$/) {
		my ($end) = $path =~ /(\.\w+)$/;
		link "$pair$end", $t->testdir() . "/$path" or die "$path: $!\n";

	} elsif ($path =~ /\.auth$/) {
		$t->secret($path, "nginx:password\n");

	} else {
		$t->secret($path, "the secret in $path, which is long enough");
	}
}

###############################################################################
