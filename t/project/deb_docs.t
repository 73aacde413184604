#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The documents of the Debian package lie as they lie here, and are not
# compressed, so that their links hold.  What the package does not have is named
# there, and not linked.

###############################################################################

use warnings;
use strict;

use File::Basename qw/ dirname /;
use File::Path qw/ make_path /;
use File::Spec::Functions qw/ abs2rel /;
use File::Temp qw/ tempdir /;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib", "$FindBin::Bin/../tools";
use CSource qw/ read_file /;
use Test::Session::Page qw/ links_of /;
use Test::Session::Tree qw/ root text /;

###############################################################################

my $package = 'debian/libnginx-mod-http-session';
my $folder = 'usr/share/doc/libnginx-mod-http-session';
my $root = root();
my $doc = tempdir('ngx_session_XXXXXXXX', TMPDIR => 1, CLEANUP => 1) . '/doc';

# dh_installdocs puts a file, or a folder, by its last name

my @documents = split /\n/, text("$package.docs");
my @examples = split /\n/, text("$package.examples");

is(join(' ', grep { m!/! || !-e "$root/$_" } @documents), '',
	'documents lie at the top, as here');

make_path("$doc/examples");
put("$root/$_", $doc) for @documents, 'debian/copyright';
put("$root/$_", "$doc/examples") for @examples;

for my $line (split /\n/, text("$package.links")) {
	my ($from, $to) = map { s!^\Q$folder\E/!!r } split / /, $line;

	ok(-e "$doc/$from", "$from is an example");
	symlink $from, "$doc/$to" or die "cannot link $to: $!\n";
}

# dh_installchangelogs takes it, and dh_compress compresses it

rename "$doc/CHANGELOG.md", "$doc/changelog.gz" or die "no changelog: $!\n";

system("$root/packaging/doc-links.pl", $doc) == 0 or die "no links\n";

my @pages = map { chomp; $_ } qx{find '$doc' -name '*.md'};

cmp_ok(scalar @pages, '>', 30, 'the package has the pages');

for my $page (sort @pages) {
	my @out = grep { !-e dirname($page) . "/$_" } map { /^([^#]+)/ }
		grep { !/^\w+:/ } links_of(read_file($page));

	is(join(' ', @out), '', abs2rel($page, $doc) . ': its links hold');
}

# what is not there is text, and nothing else has changed

my $readme = read_file("$doc/README.md");

like($readme, qr/: \[copyright\]\(copyright\)\. Changes: \[changelog\.gz\]/,
	'README: what Debian calls otherwise');
like(read_file("$doc/CONTRIBUTING.md"), qr/ `t\/README` of the sources says/,
	'CONTRIBUTING: a file of the tests');
like(read_file("$doc/docs/benchmark.md"),
	qr/; `bench\/README.md` of the sources says/, 'a file of another folder');
is(read_file("$doc/docs/directives.md"), text('docs/directives.md'),
	'a page with good links alone');
is(scalar(() = $readme =~ /^/mg), scalar(() = text('README.md') =~ /^/mg),
	'README has its lines');

like(text('debian/rules'), qr!^\tdh_compress -X\.md -X/docs/$!m,
	'no document is compressed');
like(text('debian/rules'), qr!^execute_after_dh_compress:\n\tpackaging/doc-l
	inks\.pl\ debian/\S+/\Q$folder\E$!mx, 'the package is made so');

done_testing();

###############################################################################

sub put {
	my ($path, $to) = @_;

	system('cp', '-r', $path, $to) == 0 or die "cannot copy $path\n";
}

###############################################################################
