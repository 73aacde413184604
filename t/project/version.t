#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The version stands in one header: the error log and the status page take it
# from there, and whoever else has to name it names the same.

###############################################################################

use warnings;
use strict;

use FindBin;
use JSON::PP;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Tree qw/ root text /;

###############################################################################

my ($version) = text('src/http/ngx_http_session_version.h')
	=~ /^#define NGX_HTTP_SESSION_VERSION  "(.*)"$/m;

like($version, qr/^\d+\.\d+\.\d+$/, 'there is one');

my $t = Test::Session->new();
$t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% }

server {
    listen       127.0.0.1:%%PORT_0%%;

    location = /status { session_status_page; }
}
EOF

$t->run();

###############################################################################

my $said = qr/\[notice\] .*session: ngx_http_session_module\/\Q$version\E$/m;

is($t->log_count($said), 1, 'the error log has it once');
$t->reload();
is($t->log_count($said), 2, 'and again after a reload');

my ($ok, $output) = $t->check_conf($t->read_file('nginx.conf'));
ok($ok && $output !~ /ngx_http_session_module\//, 'nginx -t does not say it');

is(decode_json(http_get('/status')->body())->{version}, $version,
	'the status page has it');
like(http_get('/status?format=prometheus')->body(),
	qr/^nginx_session_build_info\{version="\Q$version\E"\} 1$/m,
	'and for Prometheus');

# what names it, since it has to

my $root = root();

is(`$root/packaging/version`, "$version\n", 'packaging/version prints it');
is((text('CHANGELOG.md') =~ /^## (\d\S*)$/m)[0], $version,
	'the latest entry of CHANGELOG.md has it');
is((text('debian/changelog') =~ /^\S+ \((\S+)-\d+\) /)[0], $version,
	'so has the one of debian/changelog');
is((text('SECURITY.md') =~ /^\| (\d+\.\d+)\.x \| yes \|$/m)[0],
	$version =~ s/\.\d+$//r, 'SECURITY.md says that it is mended');

for (
	['packaging/rpm/nginx-mod-session.spec', qr/^Version: +(\S+)$/m],
	['packaging/rpm/nginx-mod-session.spec', qr/^%changelog\n.* - (\S+)-1$/m],
	['packaging/alpine/APKBUILD', qr/^pkgver=(\S+)$/m],
	['packaging/nginx.org/Makefile.module-session',
		qr/^MODULE_VERSION_session=\s+(\S+)$/m],
) {
	my ($file, $pattern) = @$_;
	my ($named) = text($file) =~ $pattern;

	is($named, $version, "so has $file");
}

done_testing();

###############################################################################
