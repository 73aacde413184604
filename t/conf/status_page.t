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

###############################################################################

my $t = Test::Session->new();
$t->secret();

my $page = 'session_status_page;';
my $manager = 'session_manager app { secret_file %%TESTDIR%%/secret;'
	. ' memcached 127.0.0.1; }';

good('in a location', "location /status { $page }");
good('two of them', "location /a { $page } location /b { $page }");
good('with access rules', "location /a { $page allow 127.0.0.1; deny all; }");
good('beside a proxy of an inner location',
	"location /a { $page location /a/b { proxy_pass http://127.0.0.1; } }");

bad('twice', "location /a { $page $page }",
	qr/"session_status_page" directive is duplicate/);
bad('an argument', 'location /a { session_status_page json; }',
	qr/invalid number of arguments in "session_status_page"/);
bad('in a server', $page, qr/"session_status_page" .*not allowed here/);
bad('in "if"', "location /a { if (\$uri) { $page } }",
	qr/"session_status_page" .*not allowed here/);
bad('in limit_except', "location /a { limit_except GET { $page } }",
	qr/"session_status_page" .*not allowed here/);

for my $other ('proxy_pass http://127.0.0.1;', 'empty_gif;', 'stub_status;') {
	my $reason = quotemeta('"session_status_page" in location "/a" beside'
		. ' another content handler: a location of its own is expected');

	bad("before $other", "location /a { $page $other }", qr/$reason/);
	bad("after $other", "location /a { $other $page }", qr/$reason/);
}

$manager = '';
bad('no manager', "location /a { $page }",
	qr/"session_status_page" in location "\/a" has nothing to show: a/);

done_testing();

###############################################################################

sub good {
	my ($name, $server) = @_;

	my ($ok, $said) = check($server);

	ok($ok, "good: $name") or diag($said);
}

sub bad {
	my ($name, $server, $reason) = @_;

	my ($ok, $said) = check($server);

	ok(!$ok && $said =~ /\[emerg\] .*$reason/, "refused: $name")
		or diag($said);
}

sub check {
	my ($server) = @_;

	return $t->check_conf("%%TEST_GLOBALS%%\nevents { }\n"
		. "http { %%TEST_GLOBALS_HTTP%%\n$manager\n"
		. "server { listen 127.0.0.1:%%PORT_0%%;\n$server\n} }\n");
}

###############################################################################
