#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The documents of the Debian package lie as they lie here, and are not
# compressed, so that their links hold; those into the sources are named below.

###############################################################################

use warnings;
use strict;

use File::Basename qw/ dirname /;
use File::Spec::Functions qw/ abs2rel /;
use FindBin;
use Test::More;

use Cwd qw/ abs_path /;

use lib "$FindBin::Bin/../lib";
use Test::Session::Page qw/ pages links /;
use Test::Session::Tree qw/ root text /;

###############################################################################

my $sources = qr!^(?:LICENSE$|bench/|packaging(?:/|$)|t/)!;
my $package = 'debian/libnginx-mod-http-session';
my $folder = 'usr/share/doc/libnginx-mod-http-session';
my $root = root();

# dh_installdocs puts a file, or a folder, by its last name

my %installed = map { $_ => 1 } split /\n/, text("$package.docs");

is(join(' ', grep { m!/! || !-e "$root/$_" } keys %installed), '',
	'documents lie at the top, as here');

my %example = map { $_ => 1 } split /\n/, text("$package.examples");

for my $line (split /\n/, text("$package.links")) {
	my ($from, $to) = map { s!^\Q$folder\E/!!r } split / /, $line;

	ok($example{$from =~ s!^examples/!!r}, "$from is an example");
	$installed{$to} = 1;
}

for my $page (grep { installed($_) } pages()) {
	my @out = grep { !installed($_) && !/$sources/ }
		map { abs2rel(abs_path("$root/" . dirname($page) . "/$_"), $root) }
		map { /^([^#]+)/ } grep { !/^\w+:/ } links($page);

	is(join(' ', @out), '', "$page: its links hold");
}

like(text('debian/rules'), qr!^\tdh_compress -X\.md -X/docs/$!m,
	'no document is compressed');

done_testing();

###############################################################################

sub installed {
	my ($path) = @_;

	return $installed{$path} || $installed{$path =~ s!/.*!!r};
}

###############################################################################
