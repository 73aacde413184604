#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in secret_file fail "nginx -t" with the file and what was expected.

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
check_with($t, sub { return "session_manager app { $_[0] }\n" });

my $file = 'secret_file %%TESTDIR%%/secret;';
my $server = 'memcached 127.0.0.1:%%PORT_0%%;';

# what stands in session_manager, what nginx says

my @wrong = (
	secrets('missing', qr/"\S+missing" of "secret_file" failed: .* .2: No such/),
	secrets('missing', qr/"umask 077; openssl rand -base64 48 > \S+missing" makes/),
	[ "$file $server assertion_secret_file %%TESTDIR%%/missing;",
		qr/of "assertion_secret_file" failed: "umask .*" makes the file/ ],
	[ "$file $server profile tornado; cookie_secret_file %%TESTDIR%%/missing;",
		qr/"\S+missing" of "cookie_secret_file" failed .2: No such [^:]*\) in/ ],
	secrets('', qr/"\S+" of "secret_file" failed .21: Is a directory/),
	secrets('empty', qr/"secret_file" "\S+empty" is empty: from 32 to 4096/),
	secrets('newline', qr/"secret_file" "\S+newline" is empty: from 32 to 4096/),
	secrets('short', qr/"secret_file" "\S+short" is too short: from 32 to 4096/),
	secrets('short', qr/expected, "umask .* 48 > \S+short" makes such a file/),
	secrets('short_crlf', qr/"\S+short_crlf" is too short: from 32 to 4096/),
	secrets('long', qr/"secret_file" "\S+long" is too long: from 32 to 4096/),
	[ "$file $file $server", qr/duplicate secret in "secret_file" "\S+secret"/ ],
	[ "$file secret_file %%TESTDIR%%/same; $server",
		qr/duplicate secret in "secret_file" "\S+same"/ ],
	[ join(' ', $server, map { "secret_file %%TESTDIR%%/key$_;" } 1 .. 9),
		qr/"secret_file" "\S+key9" is one too many: up to 8 are expected/ ],
	[ 'secret_file;', qr/invalid number of arguments in "secret_file"/ ],
);

my @good = (
	'secret_file secret; memcached 127.0.0.1;',
	"secret_file least; secret_file most; secret_file binary; $server",
	join(' ', $server, map { "secret_file %%TESTDIR%%/key$_;" } 1 .. 8),
);

each_refused(@wrong);
each_good(@good);

my ($ok, $said) = $t->check_http("session_manager app { secret_file open;"
	. " $server }");
ok($ok, 'a secret that everyone can read is taken');
like($said, qr/\[warn\] .*"secret_file" "\S+open" is readable by everyone: /,
	'with a warning');

$t->stop();
done_testing();

###############################################################################

sub secrets {
	my ($name, $reason) = @_;

	return [ "secret_file %%TESTDIR%%/$name; $server", $reason ];
}

###############################################################################
