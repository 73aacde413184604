#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/README.md: the commands "to try a page" make a secret and a
# certificate with which a page runs.

###############################################################################

use warnings;
use strict;

use File::Path qw/ make_path /;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;
use Test::Session::Tree qw/ text /;

###############################################################################

my $page = Test::Session::Guide->new('login');
my $dir = $page->t()->testdir();

my ($make, $look) = map { s/^ +//mgr }
	text('docs/guide/README.md') =~ /^ +```sh\n(.*?)^ +```$/msg;

make_path("$dir/etc/nginx");

for my $command (split /\n/, here($make)) {
	is(system("($command) 2>/dev/null"), 0, $command =~ s/\Q$dir//gr);
}

is((stat "$dir/etc/nginx/session.key")[2] & 0777, 0600, 'a secret');
is((stat "$dir/etc/nginx/example.com.key")[2] & 0777, 0600, 'a key');

my $secret = $page->t()->read_file('etc/nginx/session.key');

$page->application();
$page->run();
is($page->t()->read_file('etc/nginx/session.key'), $secret, 'are those that run');

my ($option, $file) = split / /, here($look) =~ s/^curl //r;
like($page->browser()->get('/', '--no-insecure', $option, $file)->body(),
	qr/^GET \/ HTTP/, 'curl knows the certificate');

done_testing();

###############################################################################

# below the test's directory, as who runs it

sub here {
	my ($text) = @_;

	return $text =~ s/\bsudo //gr =~ s!/etc/nginx!$dir/etc/nginx!gr;
}

###############################################################################
