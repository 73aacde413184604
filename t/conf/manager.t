#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in session_manager fail "nginx -t" with the directive, the word and
# what was expected: its name, times, sizes and subjects.

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
check_with($t, \&lines);

my $file = 'secret_file %%TESTDIR%%/secret;';
my $server = 'memcached 127.0.0.1:%%PORT_0%%;';
my $all = "$file $server";
my $life = qr/a time from 1s to 3650d is expected/;
my $wait = qr/a time from 1ms to 60s is expected/;

# what stands in the block, what nginx says

my @wrong = (
	[ $server, qr/no\ "secret_file"\ in\ session_manager\ "app":.*
		"umask\ 077;\ openssl\ rand\ -base64\ 48\ >\ PATH"\ makes/x ],
	[ $file, qr/no "memcached" in session_manager "app": "memcached HOST:PORT" is/ ],

	single($all, 'idle_timeout', '1h', $life, '0', '-1', 'x', '1x',
		'3651d'),
	single($all, 'absolute_timeout', '1d', $life, '0', '-1', 'x', '10ms'),
	single($all, 'connect_timeout', '1s', $wait, '0', '-1', 'x', '61s'),
	single($all, 'timeout', '1s', $wait, '0', '-1', 'x', '61s'),
	single($all, 'max_size', '64k', qr/a size from 2 to 8m is expected/, '0',
		'1', '-1', 'x', '9m'),
	single($all, 'max_sessions', '5', qr/a number from 1 to 100/, '0', '101',
		'-1', 'x'),
	[ "$all subject;", qr/invalid number of arguments in "subject/ ],
	[ "$all subject '';", qr/invalid key "" in "\w+": UTF-8 text/ ],
	[ "$all subject a; subject a;", qr/"subject" .*duplicate/ ],
	[ "$all subject a lost=error lost=error;", qr/invalid number of arguments/ ],
	map({ [ "$all subject a $_;", qr/invalid parameter "$_" in "subject": "lost=e/
		] } 'lost=', 'lost=404', 'lost', 'login', 'lost=Login', 'lost=login,'),
	[ "$all lost=login;", qr/unknown directive "lost=login"/ ],
	[ "$all max_sessions 1;",
		qr/"max_sessions" in session_manager "app" without "subject": "sub/ ],
	single($all, 'key_prefix', 'a:', qr/up to 207 characters without blanks/,
		"'a b'", "'a\tb'", 'a' x 208, "\x7f"),

	[ "$all idle_timeout 2h; absolute_timeout 1h;",
		qr/"idle_timeout" of 7200 s .* exceeds "absolute_timeout" of 3600 s in/ ],
	[ "$all absolute_timeout 1m;",
		qr/"idle_timeout" of 1800 s .* exceeds "absolute_timeout" of 60 s/ ],
	[ "$all idle_timeout 13h;",
		qr/"idle_timeout" of 46800 s .* exceeds "absolute_timeout" of 43200 s \(the/ ],

	[ "$all unknown 1;", qr/unknown directive "unknown"/ ],
	[ "$all session app;",
		qr/"session" does not belong in session_manager "app": it is/ ],
);

my @good = (
	$all,
	"$all subject user; max_sessions 100;",
	"$all subject user lost=error;",
	"$all subject user lost=login;",
	"$all idle_timeout 1s; absolute_timeout 1s;",
	"$all idle_timeout 90d; absolute_timeout 365d;",
	"$all connect_timeout 1ms; timeout 60s; key_prefix '';",
	"$all max_size 8m; key_prefix " . 'a' x 207 . ';',
);

each_refused(@wrong);
each_good(@good);

# names

for my $name (qw/ off a.b a:b /, "\xe9", "''", "'a b'", 'a' x 65) {
	my ($ok, $said) = check($all, $name);
	like($said, qr/\[emerg\] .*invalid name ".*" in "session_manager": 1/,
		"refused name '$name'");
}

for my $name (qw/ a A-z_9 offer /, 'a' x 64) {
	my ($ok, $said) = check($all, $name);
	ok($ok, "good name $name") or diag($said);
}

my ($ok, $said) = check("$all } session_manager app { $file $server");
like($said, qr/\[emerg\] .*duplicate "session_manager" "app": the first is in \S+:/,
	'two of a name');

$t->stop();
done_testing();

###############################################################################

sub lines {
	my ($block, $name) = @_;

	$name //= 'app';

	return "session_manager $name { $block }\n";
}

sub check {
	return $t->check_http(lines(@_));
}

###############################################################################
