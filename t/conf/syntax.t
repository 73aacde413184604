#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A directive with too few words, or too many, is refused with the lines of its
# syntax, which are those of docs/directives.md, and with what was written.

###############################################################################

use warnings;
use strict;

use FindBin;
use List::Util qw/ max min /;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Page qw/ entries /;

###############################################################################

my $t = Test::Session->new();

for my $entry (entries('docs/directives.md')) {
	my @syntax = map { /^`(.*?)`/ && $1 =~ s/\x{2026}|\xe2\x80\xa6/.../gr }
		@{$entry->{syntax}};
	my $expected = join ' or ', map { qq{"$_"} } @syntax;
	my ($least, $most) = words(@syntax);

	told($entry, $expected, $least - 1) if $least > 0;
	told($entry, $expected, $most + 1) if $most < 'inf';
}

$t->stop();
done_testing();

###############################################################################

# how many words may stand behind the directive

sub words {
	my @lines = map { s/^\w+//r =~ s/;$| \{.*//r } @_;

	my @needed = map { scalar(() = / (?!\[|\.\.\.)\S+/g) } @lines;
	my @all = map { / \.\.\.(?: |$)/ ? 'inf' : scalar(() = / \S+/g) } @lines;

	return (min(@needed), max(@all));
}

sub told {
	my ($entry, $expected, $n) = @_;

	my $line = join ' ', $entry->{name}, map { "word$_" } 1 .. $n;
	my $end = $expected =~ /\{/ ? ' { }' : ';';
	my $conf = $entry->{context} eq 'http' ? "\n$line$end\n"
		: $entry->{context} eq 'session_manager'
			? "session_manager app {\n$line$end\n}\n"
			: "server { location / {\n$line$end\n} }\n";

	my ($ok, $said) = $t->check_http($conf);
	my ($before) = $t->read_file('check.conf') =~ /^(.*)^\Q$line$end\E$/ms;

	my $message = qq{invalid number of arguments in "$entry->{name}": $expected}
		. qq{ is expected, not "$line" in };
	my $number = 1 + $before =~ tr/\n//;

	ok(!$ok && $said =~ /\[emerg\] \S+ \Q$message\E\S+check\.conf:$number$/m,
		$line) or diag("$number: $message\n$said");
}

###############################################################################
