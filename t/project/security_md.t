#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/security.md: each requirement has a test that is there, is somebody
# else's task, or is said to be not met.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ root text /;

###############################################################################

# of a case's name, what is not computed: less says too little

use constant LEAST => 4;

my $root = root();
my $page = text('docs/security.md');
my @rows = grep { !/^\| \| asked for \|/ && !/^\|-/ } $page =~ /^(\|.*)$/mg;
my %literals;

cmp_ok(scalar @rows, '>', 70, 'it has requirements');

for my $row (@rows) {
	my @cells = split / \| /, $row =~ s/^\| ?(.*) \|$/$1/r;
	my $name = substr join(' ', @cells[0, 1]), 0, 70;

	is(scalar @cells, 4, "all is said: $name");

	my @cases = $cells[3] =~ /`(t\/[^`]+)` \*([^*]+)\*/g;
	my $rest = $cells[3] =~ s/`t\/[^`]+` \*[^*]+\*(?:; )?//gr;

	ok(@cases || $rest =~ /\*\*(NOT MET|operator|application)\*\*/,
		"tested, somebody's task or not met: $name");
	unlike($rest, qr/t\//, 'each file is followed by a case');

	while (my ($file, $case) = splice @cases, 0, 2) {
		ok(-f "$root/$file", "$file is there")
			&& ok(has_case($file, $case), "$file has: $case");
	}
}

like($page, qr/`t\/project\/security_md\.t`/, 'the page says who checks it');
like(text('README.md'), qr/\]\(docs\/security\.md\)/, 'README leads there');

done_testing();

###############################################################################

# is it one of the file's strings, or made from one with variables in it?

sub has_case {
	my ($file, $case) = @_;

	$literals{$file} //= [ map { pattern($_) } grep { defined }
		map { /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g }
		grep { !/^\s*#/ } split /\n/, text($file) ];

	return scalar grep { $case =~ $_ } @{$literals{$file}};
}

sub pattern {
	my ($literal) = @_;

	my @parts = split /\$\w+/, $literal =~ s/\\(.)/$1/gr, -1;
	return () if length(join '', @parts) < LEAST;

	my $any = join '.+', map { quotemeta } @parts;
	return qr/^$any$/;
}

###############################################################################
