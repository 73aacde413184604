#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Two managers that a server uses, and whose cookies a browser cannot tell
# apart: each login in one would end the session of the other.  "nginx -t" warns.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
$t->memcached();

$t->secret();

my $both = 'session one; location /two { session two; }';
my $tornado = 'profile tornado; cookie_secret_file %%TESTDIR%%/secret;';

# what is in "one", in "two", and in the servers; the cookie that is warned of

my @cases = (
	[ 'both without "cookie"', '', '', [ $both ], '__Host-sid' ],
	[ 'one with its default', '', 'cookie sid;', [ $both ], '__Host-sid' ],
	[ 'other attributes', 'cookie a samesite=lax;', 'cookie a max_age=1d;',
		[ $both ], '__Host-a' ],
	[ 'the same path', 'cookie a path=/x;', 'cookie a path=/x;', [ $both ], 'a' ],
	[ 'the same domain', 'cookie a domain=example.org;',
		'cookie a domain=Example.org;', [ $both ], 'a' ],
	[ 'profile tornado beside another', $tornado, 'cookie session_id'
		. ' secure=off;', [ $both ], 'session_id' ],
	[ 'one of several servers', '', '', [ 'session one;', 'session two;',
		$both ], '__Host-sid' ],

	[ 'another name', 'cookie a;', 'cookie b;', [ $both ] ],
	[ 'another prefix', 'cookie a;', 'cookie a secure=off;', [ $both ] ],
	[ 'case', 'cookie a;', 'cookie A;', [ $both ] ],
	[ 'another path', 'cookie a path=/x;', 'cookie a path=/y;', [ $both ] ],
	[ 'another domain', 'cookie a domain=example.org;',
		'cookie a domain=example.com;', [ $both ] ],
	[ 'a server for each', '', '', [ 'session one;', 'session two;' ] ],
	[ 'one is not used', '', '', [ 'session one;' ] ],
	[ 'profile tornado twice', $tornado, $tornado, [ $both ] ],
);

for my $case (@cases) {
	my ($what, $one, $two, $servers, $cookie) = @$case;
	my ($ok, $said) = check($one, $two, @$servers);

	ok($ok, "$what: is taken") or diag($said);

	my @warned = $said =~ /\[warn\] (.*)/g;

	is(scalar @warned, defined $cookie ? 1 : 0, "$what: warnings")
		or diag($said);

	next if !defined $cookie;

	like($warned[0], qr/: session_manager "two" has the same cookie "$cookie" as /,
		"$what: names both");
	like($warned[0], qr/ as session_manager "one" in \S+check\.conf:\d+, and a /,
		"$what: and where the first one is");
	like(line($warned[0]), $two =~ /cookie a/ ? qr/^ *cookie a / :
		$two ? qr/^ *cookie / : qr/^session_manager two/, "$what: the line");
}

done_testing();

###############################################################################

# the line of the configuration that a message names

sub line {
	my ($number) = $_[0] =~ / in \S+check\.conf:(\d+)$/;

	return (split /\n/, $t->read_file('check.conf'))[$number - 1];
}

sub check {
	my ($one, $two, @servers) = @_;

	my $common = "secret_file %%TESTDIR%%/secret;\nmemcached 127.0.0.1;\n";

	my $n = 0;

	return $t->check_http("session_manager one {\n$common$one\n}\n"
		. "session_manager two {\n$common$two\n}\n"
		. join("\n", map { "server { listen 127.0.0.1:%%PORT_2%%;"
			. ' server_name s' . $n++ . "; $_ }" } @servers) . "\n");
}

###############################################################################
