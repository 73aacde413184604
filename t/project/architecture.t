#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/architecture.md and CONTRIBUTING.md: each file, folder, directive, make
# target and command that they name is there.

###############################################################################

use warnings;
use strict;

use File::Find;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ root text /;
use Test::Session::Checks qw/ message /;

###############################################################################

# what a newcomer reads in a few minutes

use constant ARCHITECTURE_LINES => 200;
use constant CONTRIBUTING_LINES => 120;

my $root = root();
my $architecture = text('docs/architecture.md');
my $contributing = text('CONTRIBUTING.md');
my $makefile = text('Makefile') . text('packaging/packaging.mk');

chdir $root or die "$root: $!\n";

cmp_ok($architecture =~ tr/\n//, '<=', ARCHITECTURE_LINES,
	'the architecture is a page');
cmp_ok($contributing =~ tr/\n//, '<=', CONTRIBUTING_LINES,
	'how to contribute is a page');

for my $page ([ 'docs/', $architecture ], [ '', $contributing ]) {
	my ($folder, $text) = @$page;

	for my $path (unique($text =~ /\b((?:src|t|docs)\/[\w.\/*-]*\w)/g)) {
		ok(scalar(my @found = glob($path)), "$path is there");
	}

	for my $link (unique($text =~ /\]\(([^)#]+)\)/g)) {
		ok(-e "$folder$link", "the link leads to a file: $link");
	}

	for my $target (unique($text =~ /(?:`|^)make ([a-z][a-z-]*)/mg)) {
		like($makefile, qr/^\Q$target\E:.*## /m, "make has: $target");
	}
}

# all folders of src, each in the table, and each of the table

my @folders;

find({ no_chdir => 1, wanted => sub {
	push @folders, $File::Find::name if -d && (() = glob("$_/*.c"));
} }, 'src');

my @rows = $architecture =~ /^\| `(src\/[\w\/]+)` \|/mg;

is_deeply([ sort grep { $_ ne 'src/http' } @folders ], [ sort @rows ],
	'the table has all folders');

# directives and variables

my $commands = text('src/http/module/ngx_http_session_commands.c');
my @directives = unique("$architecture$contributing"
	=~ /(?<![\w\/\$])(session_[a-z]\w*)(?![\w.])/g);

cmp_ok(scalar @directives, '>', 5, 'directives are named');

for my $directive (grep { !/^session_mc/ } @directives) {
	like($commands, qr/"\Q$directive\E"/, "there is a directive $directive");
}

# rows of the save's table are those of the source

my $table = text('src/http/save/ngx_http_session_table.c') =~ s/\s+//gr;
my ($drawn) = $architecture =~ /^  step +verb.*\n((?:  [A-Z].*\n)+)/m;

for my $row (split /\n/, $drawn) {
	my ($step, $verb, $record, @next) = split ' ', $row;
	my $source = "$verb($step," . join ',', $record, grep { $_ ne '-' } @next;

	like($table, qr/\Q$source\E\)/, "the table of the save has: $step");
}

# where the states of a load and of a response can go, likewise

my @drawn = $architecture =~ /^  from +to\n((?:  [A-Z].*\n)+)/mg;

for my $name (qw! session/ngx_http_session_look answer/ngx_http_session_hold !)
{
	my %next;

	for (split /\n/, text("src/http/$name.c")) {
		$next{$1}{$2} = 1 if /^    (?:USUAL_)?ROW\(([A-Z_]+), +\w+, +(\w+),/;
		$next{$1}{KNOWN} = 1 if /^    (?:USUAL_)?END\(([A-Z_]+), /;
	}

	my $edges = join '', map { sprintf "  %-9s  %s\n", $_,
		join ' ', sort keys %{$next{$_}} } sort keys %next;

	is(join("\n", sort split /\n/, shift @drawn) . "\n", $edges,
		"the table of $name has what is drawn");
}

# how commits are written

my ($commit) = $contributing =~ /^```\n([A-Z]\w+: .*?)^```/ms;
is(message($commit =~ s/ \.\.\.$//mr), '', 'the message passes the check');

my ($areas) = text('t/tools/commit-msg.pl') =~ /qw\/ (.*?) \//s;
my ($named) = $contributing =~ /Areas: (.*?)\./;
is(join(', ', split ' ', $areas), $named, 'the areas are those of the check');

my ($hook) = $contributing =~ /^ln -s (\S+) \.git\/hooks/m;
ok(-x $hook =~ s/^(?:\.\.\/)+//r, 'the hook can be run');

# the checks

my ($checks) = $makefile =~ /^check: ([^#]*)/m;
is(join(' ', $contributing =~ /^\| `(\w+)` \|/mg),
	join(' ', split ' ', $checks), 'the checks are those of make check');

like(text('README.md'), qr/\]\($_\)/, "README leads to $_")
	for 'docs/architecture.md', 'CONTRIBUTING.md';
like(text($_), qr/t\/project\/architecture\.t|docs\/architecture\.md/,
	"$_ says who checks it") for 'docs/architecture.md', 'CONTRIBUTING.md';

done_testing();

###############################################################################

sub unique {
	my %seen;

	return grep { !$seen{$_}++ } @_;
}

###############################################################################
