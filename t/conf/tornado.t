#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The directives of profile tornado: mistakes fail "nginx -t", and what belongs
# to another profile is refused.

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

$t->secret('secret');
$t->secret('short', "s\n");
$t->secret('empty', '');
$t->secret("cookie$_", "cookie secret $_\n") for 1 .. 9;

check_with($t, sub { return "session_manager app { $_[0] }\n" });

my $base = 'profile tornado; memcached 127.0.0.1:%%PORT_0%%; '
	. 'secret_file short;';
my $all = "$base cookie_secret_file cookie1;";
my $native = 'secret_file secret; memcached 127.0.0.1:%%PORT_0%%;';

my @wrong = (
	[ 'profile Tornado;', qr/invalid value "Tornado" in "profile": "native"/ ],
	[ "$all profile tornado;", qr/"profile" directive is duplicate/ ],
	[ $base, qr/no "cookie_secret_file" in session_manager "app"/ ],
	[ 'profile tornado; memcached 127.0.0.1; cookie_secret_file cookie1;',
		qr/no "secret_file" in session_manager "app"/ ],
	[ "$base cookie_secret_file empty;",
		qr/"cookie_secret_file" "\S+empty" is empty: from 1 to 4096 bytes/ ],
	[ "$base cookie_secret_file missing;",
		qr/"\S+missing" of "cookie_secret_file" failed .2: No such/ ],
	(map { [ "$base cookie_secret_file cookie1 $_;",
		qr/invalid parameter "$_" in "cookie_secret_file": "version=" and a/ ]
	} qw/ version= version=x version=-1 version=1000000000 v=1 1 /),
	[ "$all cookie_secret_file cookie1;", qr/cookie1" does not go with/ ],
	[ "$all cookie_secret_file cookie2 version=2;",
		qr/cookie2" does not go with those before it: each with a "version="/ ],
	[ "$base cookie_secret_file cookie1 version=2; "
		. 'cookie_secret_file cookie2 version=2;', qr/cookie2" does not go/ ],
	[ join(' ', $base, map { "cookie_secret_file cookie$_;" } 1 .. 9),
		qr/"cookie_secret_file" "\S+cookie9" is one too many: up to 8/ ],

	[ "$all cookie_names a;", qr/invalid number of arguments in "cookie_names/ ],
	[ "$all cookie_names a a;", qr/duplicate name "a" in "cookie_names": two/ ],
	[ "$all cookie_names a b; cookie_names a b;", qr/"cookie_names" .*duplicate/ ],
	[ "$all cookie_names 'a b' c;", qr/invalid name "a b" in "cookie_names": "cookie/ ],
	[ "$all cookie_names a 'c;';", qr/invalid name "c;" in "cookie_names": "cookie_names ID VERIFICATION" is/ ],
	[ "$all cookie_names a b c;", qr/unknown parameter "c" in "cookie_names"/ ],
	[ "$all cookie_names a b secure=yes;",
		qr/invalid parameter "secure=yes" in "cookie_names": "on", "off" or "auto"/ ],
	[ "$all cookie_names a b secure=on secure=on;",
		qr/duplicate parameter "secure=on" in "cookie_names"/ ],
	[ "$all cookie_names a b max_age=1d;",
		qr/invalid parameter "max_age=" in "cookie_names": "expires_days" is/ ],
	[ "$all cookie_names a b samesite=none;",
		qr/invalid "cookie_names" "a" .* samesite=none/ ],

	number('max_age_days', 31, qr/a number of days from 1 to 3650/, 0, 3651,
		-1, 'x', '1d'),
	number('expires_days', 30, qr/a number of days from 0 to 400/, 401, -1, 'x'),
	number('pickle_protocol', 2, qr/a number from 0 to 5/, 6, -1, 'x'),

	[ "$all key_prefix " . 'a' x 187 . ';',
		qr/"key_prefix" .* too long for profile "tornado": up to 186 char/ ],

	(map { my ($name) = /^(\w+)/; [ "$all $_;",
		qr/"$name" in session_manager "app" is not for profile "tornado"/ ]
	} 'absolute_timeout 1h', 'cookie sid', 'regenerate_grace 5s',
		'session_level aal1', 'anonymous_timeout 1m',
		'subject u', 'max_sessions 1'),
	(map { my ($name) = /^(\w+)/; [ "$native $_;",
		qr/"$name" in session_manager "app" is not for profile "native"/ ]
	} 'cookie_secret_file cookie1', 'cookie_names a b', 'max_age_days 31',
		'expires_days 30', 'pickle_protocol 2'),

	[ "$native regenerate_grace 301s;",
		qr/invalid value "301s" in "regenerate_grace": a time from 0 to 5m/ ],
	[ "$native regenerate_grace 1s; regenerate_grace 1s;",
		qr/"regenerate_grace" directive is duplicate/ ],
);

my @good = (
	$all,
	"$native profile native;",
	"$native regenerate_grace 0;",
	"$native regenerate_grace 5m;",
	join(' ', $base, map { "cookie_secret_file cookie$_;" } 1 .. 8),
	"$base cookie_secret_file cookie1 version=0; "
		. 'cookie_secret_file cookie2 version=999999999;',
	"$all secret_file secret; idle_timeout 40d; key_prefix " . 'a' x 186 . ';',
	"$all cookie_names ssid verf;",
	"$all cookie_names a b secure=on httponly=on samesite=none path=/x "
		. 'domain=example.org partitioned;',
	"$all max_age_days 1; expires_days 0; pickle_protocol 0;",
	"$all hash crc; distribution modula;",
	"pickle_protocol 5; cookie_names a b; $all",
);

each_refused(@wrong);
each_good(@good);

$t->stop();
done_testing();

###############################################################################

# a directive that stands once, a good value, what is said of bad ones

sub number {
	my ($name, $good, $reason, @bad) = @_;

	return (
		[ "$all $name $good; $name $good;", qr/"$name" directive is duplicate/ ],
		map { [ "$all $name $_;",
			qr/invalid value "\Q$_\E" in "$name": $reason is expected/ ] } @bad,
	);
}

###############################################################################
