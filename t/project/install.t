#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "make install" puts the module to where nginx loads it last, "make uninstall"
# takes it away, and what is missing is said, with what to do.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Tree qw/ root /;

###############################################################################

# a "make" that runs the tests hands its own variables on

delete @ENV{qw/ MAKEFLAGS MAKEOVERRIDES /};

my $t = Test::Session->new();
my $so = 'ngx_http_session_module.so';
my $dest = $t->testdir() . '/dest';
my $debian = '/usr/sbin/nginx';

# Debian's nginx, and a module for it: the tests may run with another nginx, with
# one that has the module inside, or with a module that needs a library first

my $module = $t->is_packaged() && !$ENV{TEST_NGINX_PRELOAD}
	? $t->module() : build_for_debian();
my $man = $t->write_file('ngx_http_session_module.7', 'a man page');

my ($status, $said) = install("$module $man", DESTDIR => $dest);
is($status, 0, 'installed') or diag($said);
like($said, qr!^\Q$dest\E/usr/lib/nginx/modules/$so$!m, 'it says where');

my $there = "$dest/usr/lib/nginx/modules/$so";
my $enabled = "$dest/etc/nginx/modules-enabled/90-mod-http-session.conf";

is((stat $there)[2] & 07777, 0644, 'as a file that all can read');
unlike(`readelf -S $there`, qr/\.symtab|\.debug_info/, 'stripped');
like($t->read_file("dest/etc/nginx/modules-enabled/" . (split /\//, $enabled)[-1]),
	qr/^load_module \/usr\/lib\/nginx\/modules\/$so;$/m, 'and loaded');

my @others = map { s/.*\///r } glob '/etc/nginx/modules-enabled/*.conf';
is((sort @others, '90-mod-http-session.conf')[-1], '90-mod-http-session.conf',
	'behind all other modules');

# the package's place: one that is installed later takes it

my $packaged = "$dest/usr/share/man/man7/ngx_http_session_module.7.gz";
my $page = "$dest/usr/local/share/man/man7/ngx_http_session_module.7";
is((stat $packaged)[2] & 07777, 0644, 'with its man page');
is(`gzip -dc $packaged`, 'a man page', 'compressed, as Debian has it');
ok(!-e $page, 'and no second one that would hide it');

$t->write_file($page =~ s/.*?\/(?=dest\/)//r, 'of an earlier install');
is((install("$module $man", DESTDIR => $dest))[0], 0, 'installed again, over it');
ok(!-e $page, 'and a page that would hide it is gone');

($status, $said) = install('-u', DESTDIR => $dest);
is($status, 0, 'removed');
ok(!-e $there && !-e $enabled && !-e $packaged, 'nothing is left');

is((install("-p $man", DESTDIR => $dest))[0], 0,
	'the man page alone, for a static nginx');
ok(-e $page && !-e $packaged && !-e $there, 'is there, and nothing else');
is((install('-u', DESTDIR => $dest))[0], 0, 'removed again');
ok(!-e $page, 'nothing is left');
is((install('-u', DESTDIR => $dest))[0], 0, 'nor is there anything to remove');

mkdir $there or die "$there: $!\n";
($status, $said) = install('-u', DESTDIR => $dest);
is($status, 1, 'what cannot be removed');
like($said, qr/^uninstall: run it as root: sudo make uninstall$/m, 'it says so');
rmdir $there or die "$there: $!\n";

# what is missing

($status, $said) = install($module, NGINX => '/nonexistent/nginx');
is($status, 1, 'no nginx');
like($said, qr/no nginx at \/nonexistent\/nginx.*NGINX=/s,
	'it says where it looked, and how to say another place');

($status, $said) = install($t->testdir() . '/none.so', DESTDIR => $dest);
is($status, 1, 'no module');
like($said, qr/none\.so: run make before/, 'it says what to do');

# another signature, as of another nginx

my $other = $t->write_file('other.so', content($module) =~ s/[48],4,[48],\K./2/r);
($status, $said) = install($other, DESTDIR => $dest);
is($status, 1, 'a module of another nginx');
like($said, qr/not binary compatible.*built for another nginx.*NGINX_SRC=/s,
	"nginx's own words, and what to do");
unlike($said, qr/inherited|NGINX environment/, 'and nothing else');
ok(!-e $there, 'it is not installed');

($status, $said) = install($t->write_file('x.so', ''), DESTDIR => $dest);
is($status, 1, 'no library');
like($said, qr/strip failed/, 'it says so');

# by make

$said = `make -C ${\root()} NGINX_SRC=/nonexistent install 2>&1`;
isnt($?, 0, 'no sources of nginx');
like($said, qr/no sources of nginx are there/, 'it says so');

$said = `make -C ${\root()} LINK=static install 2>&1`;
isnt($?, 0, 'a static nginx without sources');
like($said, qr/say NGINX_SRC=FOLDER/, 'it says how');

# "static-flags" is what asks for them; a folder with a "configure" is enough

$t->write_file('nginx/configure', '');
my $static = "make -C ${\root()} LINK=static NGINX_SRC=" . $t->testdir()
	. '/nginx static-flags';

$said = `$static 2>&1`;
isnt($?, 0, 'a static nginx without a place');
like($said, qr/say where this nginx goes.*--prefix=/, 'it says how');

$said = `$static NGINX_FLAGS='--prefix=/opt/nginx --with-http_ssl_module' 2>&1`;
is($?, 0, 'with one it goes on') or diag($said);

done_testing();

###############################################################################

# exit status and all that is said

sub install {
	my ($what, %env) = @_;

	local %ENV = (%ENV, NGINX => $debian, %env);
	my $said = `${\root()}/packaging/install $what 2>&1`;

	return ($? >> 8, $said);
}

sub build_for_debian {
	my $folder = $t->testdir() . '/build';

	my $said = `make -C ${\root()} BUILD=$folder objects 2>&1`;
	$? == 0 or die $said;

	return "$folder/$so";
}

sub content {
	my ($path) = @_;

	open my $fh, '<:raw', $path or die "$path: $!\n";
	local $/;

	return scalar <$fh>;
}

###############################################################################
