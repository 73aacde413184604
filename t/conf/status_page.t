#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes with session_status_page fail nginx -t with the directive, the
# location and what was expected.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Mistakes;

###############################################################################

my $t = Test::Session->new();
$t->secret();
check_with($t, \&lines);

my $page = 'session_status_page;';
my $manager = 'session_manager app { secret_file %%TESTDIR%%/secret;'
	. ' memcached 127.0.0.1; }';

good('in a location', "location /status { $page }");
good('two of them', "location /a { $page } location /b { $page }");
good('with access rules', "location /a { $page allow 127.0.0.1; deny all; }");
good('beside a proxy of an inner location',
	"location /a { $page location /a/b { proxy_pass http://127.0.0.1; } }");

refused('twice', qr/"session_status_page" directive is duplicate/,
	"location /a { $page $page }");
refused('an argument', qr/invalid number of arguments in "session_status_page"/,
	'location /a { session_status_page json; }');
refused('in a server', qr/"session_status_page" .*not allowed here/, $page);
refused('in "if"', qr/"session_status_page" .*not allowed here/,
	"location /a { if (\$uri) { $page } }");
refused('in limit_except', qr/"session_status_page" .*not allowed here/,
	"location /a { limit_except GET { $page } }");

for my $other ('proxy_pass http://127.0.0.1;', 'empty_gif;', 'stub_status;') {
	my $reason = quotemeta('"session_status_page" in location "/a" beside'
		. ' another content handler: a location of its own is expected');

	refused("before $other", $reason, "location /a { $page $other }");
	refused("after $other", $reason, "location /a { $other $page }");
}

$manager = '';
refused('no manager', qr/"session_status_page" in location "\/a" has nothing to show: a/,
	"location /a { $page }");

done_testing();

###############################################################################

sub lines {
	my ($server) = @_;

	return "$manager\n"
		. "server { listen 127.0.0.1:%%PORT_0%%;\n$server\n}\n";
}

###############################################################################
