#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/README.md: the commands "to try a page" make a secret and a
# certificate with which a page runs, and lay the page's nginx.conf there.  Who has been through README before, or
# goes through them again, loses neither the secret nor the first nginx.conf.

###############################################################################

use warnings;
use strict;

use File::Path qw/ make_path /;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;
use Test::Session::Tree qw/ root text /;

###############################################################################

my $page = Test::Session::Guide->new('login');
my $dir = $page->t()->testdir();

my ($make, $cut, $look) = map { s/^ +//mgr }
	text('docs/guide/README.md') =~ /^ +```sh\n(.*?)^ +```$/msg;

make_path("$dir/etc/nginx");

for my $command (split /\n/, here($make)) {
	is(system("($command) 2>/dev/null"), 0, $command =~ s/\Q$dir//gr);
}

is((stat "$dir/etc/nginx/session.key")[2] & 0777, 0600, 'a secret');
is((stat "$dir/etc/nginx/example.com.key")[2] & 0777, 0600, 'a key');

# the name, once however often it is tried

my ($hosts) = text('docs/guide/README.md') =~ /`(grep [^`]+hosts)`/;

$page->t()->write_file('etc/hosts', "127.0.0.1 localhost\n");
system('{ ' . here($hosts) . '; } > /dev/null') for 1 .. 2;
is($page->t()->read_file('etc/hosts'),
	"127.0.0.1 localhost\n127.0.0.1 example.com\n", 'the name is added once');

# again, and after README

my @copies = map { text($_) =~ /(sudo cp -an [^`\n]+\.orig)$/m,
	text($_) =~ /`(sudo cp -an [^`\n]+\.orig)`/ } 'README.md',
	'docs/guide/README.md';
my @secrets = map { text($_) =~ /^ *(.*openssl rand .*)$/mg } 'README.md',
	'docs/guide/README.md';

is("@{[ scalar @copies, scalar @secrets ]}", '2 2', 'two copies and secrets');

for my $from ('Debian', 'README') {
	$page->t()->write_file('etc/nginx/nginx.conf', $from);
	is(system(here(shift @copies)), 0, "a copy of the nginx.conf of $from");
}

is($page->t()->read_file('etc/nginx/nginx.conf.orig'), 'Debian',
	'the first one is kept');

system("cd ${\ root()}/docs/guide && " . here($cut));
is($page->t()->read_file('etc/nginx/nginx.conf'), $page->blocks('nginx'),
	"the page's nginx.conf");

my $secret = $page->t()->read_file('etc/nginx/session.key');

system(here($_)) for @secrets;
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

	return $text =~ s/\bsudo //gr =~ s!/etc/(?=nginx|hosts)!$dir$&!gr;
}

###############################################################################
