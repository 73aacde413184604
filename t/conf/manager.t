#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in session_manager fail "nginx -t" with the directive, the word and
# what was expected.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

$t->secret('secret');
$t->secret('same', $t->read_file('secret') . "\n");
$t->secret('empty', '');
$t->secret('newline', "\n");
$t->secret('short', 's' x 31 . "\n");
$t->secret('short_crlf', 's' x 31 . "\r\n");
$t->secret('least', 's' x 32 . "\n");
$t->secret('binary', "\0" . 's' x 30 . "\n");
$t->secret('most', 'm' x 4096 . "\r\n");
$t->secret('long', 'm' x 4097);
$t->secret("key$_", "key number $_" . 'k' x 32) for 1 .. 9;
chmod 0644, $t->secret('open');

my $file = 'secret_file %%TESTDIR%%/secret;';
my $server = 'memcached 127.0.0.1:%%PORT_0%%;';
my $two = "$server memcached 127.0.0.1:%%PORT_1%%";
my $life = qr/a time from 1s to 3650d is expected/;
my $wait = qr/a time from 1ms to 60s is expected/;

# what stands in the block, what nginx says

my @wrong = (
	[ $server, qr/no "secret_file" in session_manager "app"/ ],
	[ $file, qr/no "memcached" in session_manager "app"/ ],

	secrets('missing', qr/"\S+missing" of "secret_file" failed .2: No such/),
	secrets('', qr/"\S+" of "secret_file" failed .21: Is a directory/),
	secrets('empty', qr/"secret_file" "\S+empty" is empty: up to 4096/),
	secrets('newline', qr/"secret_file" "\S+newline" is empty: up to 4096/),
	secrets('short', qr/"secret_file" "\S+short" is too short: from 32 to/),
	secrets('short_crlf', qr/"\S+short_crlf" is too short: from 32 to 4096/),
	secrets('long', qr/"secret_file" "\S+long" is too long: up to 4096/),
	[ "$file $file $server", qr/duplicate secret in "secret_file" "\S+secret"/ ],
	[ "$file secret_file %%TESTDIR%%/same; $server",
		qr/duplicate secret in "secret_file" "\S+same"/ ],
	[ join(' ', $server, map { "secret_file %%TESTDIR%%/key$_;" } 1 .. 9),
		qr/"secret_file" "\S+key9" is one too many: up to 8 are expected/ ],
	[ 'secret_file;', qr/invalid number of arguments in "secret_file"/ ],

	[ "$file memcached 127.0.0.1:port;",
		qr/invalid port in "127.0.0.1:port" of "memcached": HOST\[:PORT\]/ ],
	[ "$file memcached 127.0.0.1:0;",
		qr/invalid port in "127.0.0.1:0" of "memcached": HOST/ ],
	[ "$file memcached 127.0.0.1:65536;",
		qr/invalid port in "127.0.0.1:65536" of "memcached": HOST/ ],
	[ "$file memcached unix:;", qr/no path in .* "unix:" of "memcached": HOST/ ],
	[ "$file memcached '';", qr/no host in "" of "memcached": HOST/ ],
	[ "$file memcached host.invalid;",
		qr/host not found in "host.invalid" of "memcached": HOST/ ],
	[ "$file $server $server",
		qr/duplicate address "127.0.0.1:\d+" in "memcached"/ ],
	[ "$file memcached 127.0.0.1:11211; memcached 127.0.0.1;",
		qr/duplicate address "127.0.0.1" in "memcached"/ ],
	(map { [ "$file memcached 127.0.0.1 $_;",
		qr/invalid parameter "\Q$_\E" in "memcached": "weight=" and a number/ ]
	} qw/ weight=0 weight=1001 weight=-1 weight=x weight= heavy /),

	single('idle_timeout', '1h', $life, '0', '-1', 'x', '1x', '3651d'),
	single('absolute_timeout', '1d', $life, '0', '-1', 'x', '10ms'),
	single('connect_timeout', '1s', $wait, '0', '-1', 'x', '61s'),
	single('timeout', '1s', $wait, '0', '-1', 'x', '61s'),
	single('max_size', '64k', qr/a size from 2 to 8m is expected/, '0', '1',
		'-1', 'x', '9m'),
	single('hash', 'md5', qr/"default", "md5", .*"murmur3" is expected/,
		'MD5', 'sha1', "''"),
	single('distribution', 'ketama', qr/"modula", "consistent", "ketama" or/,
		'modulo', 'KETAMA', "''"),
	single('max_sessions', '5', qr/a number from 1 to 100/, '0', '101', '-1',
		'x'),
	[ "$file $server subject;", qr/invalid number of arguments in "subject/ ],
	[ "$file $server subject '';", qr/invalid key "": UTF-8 text/ ],
	[ "$file $server subject a; subject a;", qr/"subject" .*duplicate/ ],
	[ "$file $server max_sessions 1;",
		qr/"max_sessions" in session_manager "app" without "subject"/ ],
	single('key_prefix', 'a:', qr/up to 207 characters without blanks/,
		"'a b'", "'a\tb'", 'a' x 208, "\x7f"),

	[ "$file $server idle_timeout 2h; absolute_timeout 1h;",
		qr/"idle_timeout" of 7200 s .* exceeds "absolute_timeout" of 3600 s/ ],
	[ "$file $server absolute_timeout 1m;",
		qr/"idle_timeout" of 1800 s .* exceeds "absolute_timeout" of 60 s/ ],
	[ "$file $server idle_timeout 13h;",
		qr/"idle_timeout" of 46800 s .* exceeds "absolute_timeout" of 43200/ ],

	[ "$file $two; hash crc; distribution ketama_weighted;",
		qr/"ketama_weighted" of the memcached servers always hashes by "md5"/ ],
	(map { [ "$file $two weight=2; distribution $_;",
		qr/distribution "$_" does not heed the weight of memcached server/ ]
	} qw/ consistent ketama /),

	[ "$file $server unknown 1;", qr/unknown directive "unknown"/ ],
	[ "$file $server session app;",
		qr/"session" directive is not allowed here/ ],
);

my @good = (
	"$file $server",
	'secret_file secret; memcached 127.0.0.1;',
	"$file memcached 127.0.0.2; memcached unix:/tmp/x weight=1000;",
	"$file memcached [::1]:11211; memcached [::1]:11212 weight=3;",
	"secret_file least; secret_file most; secret_file binary; $server",
	join(' ', $server, map { "secret_file %%TESTDIR%%/key$_;" } 1 .. 8),
	"$file $server subject user; max_sessions 100;",
	"$file $server idle_timeout 1s; absolute_timeout 1s;",
	"$file $server idle_timeout 90d; absolute_timeout 365d;",
	"$file $server connect_timeout 1ms; timeout 60s; key_prefix '';",
	"$file $server max_size 8m; key_prefix " . 'a' x 207 . ';',
	(map { "$file $two; hash $_;" } qw/ default md5 crc fnv1_64 fnv1a_64
		fnv1_32 fnv1a_32 murmur jenkins murmur3 /),
	(map { "$file $two; distribution $_;" } qw/ modula consistent ketama
		ketama_weighted /),
	(map { "$file $two weight=2; distribution $_;" } qw/ modula
		ketama_weighted /),
	"$file $two; hash md5; distribution ketama_weighted;",
);

for my $case (@wrong) {
	my ($ok, $said) = check($case->[0]);

	ok(!$ok, "refused: " . substr $case->[0], 0, 120);
	like($said, qr/\[emerg\] .*$case->[1]/, 'with a reason');
}

for my $block (@good) {
	my ($ok, $said) = check($block);

	ok($ok, "good: " . substr $block, 0, 120) or diag($said);
	unlike($said, qr/\[warn\]/, 'without a warning');
}

my ($ok, $said) = check("secret_file open; $server");
ok($ok, 'a secret that everyone can read is taken');
like($said, qr/\[warn\] .*"secret_file" "\S+open" is readable by everyone: /,
	'with a warning');

# names

for my $name (qw/ off a.b a:b /, "\xe9", "''", "'a b'", 'a' x 65) {
	($ok, $said) = check("$file $server", $name);
	like($said, qr/\[emerg\] .*invalid name ".*" in "session_manager": 1/,
		"refused name '$name'");
}

for my $name (qw/ a A-z_9 offer /, 'a' x 64) {
	($ok, $said) = check("$file $server", $name);
	ok($ok, "good name $name") or diag($said);
}

($ok, $said) = check("$file $server } session_manager app { $file $server");
like($said, qr/\[emerg\] .*duplicate "session_manager" "app"/, 'two of a name');

$t->stop();
done_testing();

###############################################################################

sub secrets {
	my ($name, $reason) = @_;

	return [ "secret_file %%TESTDIR%%/$name; $server", $reason ];
}

# a directive that stands once, a good value, what is said of bad ones

sub single {
	my ($name, $good, $reason, @bad) = @_;

	return (
		[ "$file $server $name;",
			qr/invalid number of arguments in "$name" directive/ ],
		[ "$file $server $name $good; $name $good;",
			qr/"$name" directive is duplicate/ ],
		map { [ "$file $server $name $_;",
			qr/invalid value ".*" in "$name": .*$reason/s ] } @bad,
	);
}

sub check {
	my ($block, $name) = @_;

	$name //= 'app';

	return $t->check_http("session_manager $name { $block }\n");
}

###############################################################################
