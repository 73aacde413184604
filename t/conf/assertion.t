#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in session_assertion and assertion_secret_file fail nginx -t with
# the directive, the word and what was expected.

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

$t->secret('secret', 's' x 40);
$t->secret('good', 'g' x 32);
$t->secret('short', 'g' x 31 . "\n");
$t->secret('long', 'g' x 4097);
$t->secret('empty', '');
check_with($t, \&lines);

my $file = 'assertion_secret_file';
my $good = "$file %%TESTDIR%%/good;";
my $what = '"session_assertion"';

# in a location of a session that has a key

for my $case (
	[ '', qr/invalid number of arguments in $what/ ],
	[ '""', qr/invalid header "" in $what: letters, digits, "-" and/ ],
	[ 'X:A', qr/invalid header "X:A" in $what: letters, digits, "-" and/ ],
	[ 'Cookie', qr/header "Cookie" in $what frames the request: another/ ],
	[ 'X-A sub', qr/unknown parameter "sub" in $what: "ttl=", "iss=", "aud/ ],
	[ 'X-A nbf=a', qr/unknown parameter "nbf=a" in $what: "ttl=", "iss="/ ],
	[ 'X-A aud=a aud=b', qr/duplicate parameter "aud=b" in $what: "aud=/ ],
	[ 'X-A aud=', qr/invalid parameter "aud=" in $what: "aud=" and UTF-8/ ],
	[ "X-A aud=\xff", qr/invalid parameter "aud=\xff" in $what: "aud=" an/ ],
	[ 'X-A ttl=1s ttl=2s', qr/duplicate parameter "ttl=2s" in $what: "tt/ ],
	[ 'X-A sub=a sub=a', qr/duplicate parameter "sub=a" in $what: "sub="/ ],
	(map { [ "X-A ttl=$_", qr/parameter "ttl=$_" in $what: "ttl=" and a t/ ] }
		'', 0, '0s', '61m', '2h', '1.5s', '-1', 'x', '99999999999999999999'),
	[ 'X-A iss=', qr/invalid parameter "iss=" in $what: "iss=" and UTF-8/ ],
	[ "X-A iss=\xff", qr/invalid parameter "iss=\xff" in $what: "iss=" an/ ],
	[ 'X-A sub=', qr/invalid key "" in "\w+": UTF-8 text of 1 to/ ],
	[ "X-A sub=\xff", qr/invalid key "\xff" in "\w+": UTF-8 text of 1 to/ ],
	(map { [ "X-A keys=$_", qr/empty key in "keys=" of $what: names are expe/ ] }
		'', ',', 'a,', ',a', 'a,,b', 'a, b'),
	(map { [ "X-A keys=a,$_", qr/invalid key "$_" in "keys=" of $what: a na/ ] }
		qw/ iss sub aud exp nbf iat jti sid /),
	[ 'X-A keys=a,b,a', qr/duplicate key "a" in "keys=" of $what/ ],
	[ 'off X-A', qr/unknown parameter "X-A" in $what: nothing is expected/ ],
	[ 'X-A; session_assertion X-B', qr/$what directive is duplicate/ ],
	[ 'off; session_assertion X-B', qr/$what directive is duplicate/ ],
	[ 'X-A; session_header x_a user',
		qr/duplicate header "X-A" in $what: "session_header" gives it, too/ ],
)
{
	refused("session_assertion $case->[0]", $case->[1], $good,
		"session app; session_assertion $case->[0];");
}

refused('session_assertion without a session', qr/$what in location "\/"/,
	$good, "$_ session_assertion X-A;") for '', 'session off;';

refused("no $file", qr/no "$file" in session_manager "app", which "session_a/,
	'', 'session app; session_assertion X-A;');

# in a manager's block

refused("$file twice", qr/"$file" directive is duplicate/, "$good $good");
refused("$file without a file", qr/invalid number of arguments in "$file"/,
	"$file;");

for (['missing', qr/open\(\) "\S*\/missing" of "$file" failed/],
	['short', qr/"$file" "\S*\/short" is too short: from 32 to 4096 bytes/],
	['long', qr/"$file" "\S*\/long" is too long: from 32 to 4096 bytes/],
	['empty', qr/"$file" "\S*\/empty" is empty: from 32 to 4096 bytes/])
{
	refused("$file $_->[0]", $_->[1], "$file %%TESTDIR%%/$_->[0];");
}

good($_, $good, "session app; session_assertion $_;") for 'X-A', 'off',
	'X-A ttl=1s', 'X-A ttl=60', 'X-A ttl=1h', 'Authorization sub=user',
	"X-A keys=a,b_c,\xc3\xa9,user iss=https://example.org/ aud=shop sub=user",
	'X-A; session_header X-B user; session_headers X- user';

good('off without a session', '', 'session_assertion off;');
good('without a key where no session is used',
	'', 'session off; location /a { }', 'session_assertion X-A;');

$t->stop();
done_testing();

###############################################################################

sub lines {
	my ($manager, $location, $http) = map { $_ // '' } @_[0 .. 2];

	return "server { listen"
		. " 127.0.0.1:%%PORT_0%%;\nlocation / {\n$location\n} }\n"
		. "$http\nsession_manager app { secret_file %%TESTDIR%%/secret;"
		. " memcached 127.0.0.1; $manager }\n";
}

###############################################################################
