#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Whoever can check assertions must not be able to make cookies: nginx -t
# refuses an assertion_secret_file with a secret that any manager has.

###############################################################################

use warnings;
use strict;

use Digest::SHA qw/ sha256 /;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Mistakes;

###############################################################################

my $t = Test::Session->new();
my $dir = $t->testdir();

$t->secret('one', '1' x 40);
$t->secret('two', '2' x 40);
$t->secret('three', '3' x 40);
$t->secret('four', '4' x 40);

# the same secret as HMAC has it

$t->secret('again', '1' x 40);
$t->secret('line', '1' x 40 . "\r\n");
$t->secret('padded', '1' x 40 . "\0\0");
symlink "$dir/one", "$dir/link" or die "symlink: $!\n";

my $long = 'long' x 25;		# longer than the block of HMAC: 64 bytes
$t->secret('long', $long);
$t->secret('hashed', sha256($long));

my $assertion = 'assertion_secret_file';

check_with($t, \&lines, place => qr/ in \S+:\d+$/m);

###############################################################################

# in one manager

refused('of the same manager',
	qr/"$assertion" "\S*one" has the secret of "secret_file" "\S*one" in se/,
	native('a', "secret_file one; $assertion one;"));
refused('of the same manager, written before it',
	qr/"secret_file" "\S*one" has the secret of "$assertion" "\S*one" in se/,
	native('a', "$assertion one; secret_file one;"));
refused('an older secret', qr/has the secret of "secret_file" "\S*two" in s/,
	native('a', "secret_file one; secret_file two; $assertion two;"));

refused("the same bytes: $_", qr/"\S*\/$_" has the secret of "secret_file" "/,
	native('a', "secret_file one; $assertion $_;"))
	for 'again', 'line', 'padded', 'link';
refused('a long secret and its hash', qr/has the secret of "secret_file" "/,
	native('a', "secret_file long; $assertion hashed;"));

# in another one

refused('of another manager', qr/"secret_file" "\S*one" in session_manager "a"/,
	native('a', 'secret_file one;'),
	native('b', "secret_file two; $assertion one;"));
refused('of another manager, behind it',
	qr/"secret_file" "\S*one" has the secret of "$assertion" "\S*again" in s/,
	native('b', "secret_file two; $assertion again;"),
	native('a', 'secret_file one;'));
refused('an older secret of another manager',
	qr/"secret_file" "\S*three" in session_manager "a"/,
	native('a', 'secret_file one; secret_file three;'),
	native('b', "secret_file two; $assertion three;"));

for ('cookie_secret_file', 'secret_file') {
	my $other = $_ eq 'secret_file' ? 'cookie_secret_file' : 'secret_file';

	refused("$_ of profile tornado",
		qr/"$_" "\S*one" in session_manager "t"/,
		tornado("$_ one; $other two;"),
		native('a', "secret_file three; $assertion one;"));
	refused("$_ of profile tornado, behind it",
		qr/"$_" "\S*one" has the secret of "$assertion" "/,
		native('a', "secret_file three; $assertion one;"),
		tornado("$_ one; $other two;"));
	refused("$_ of the same manager of profile tornado",
		qr/has the secret of "$_" "\S*one" in session_manager "t"/,
		tornado("$_ one; $other two; $assertion one;"));
}

# what may be

good('secrets of their own', native('a', "secret_file one; $assertion two;"),
	native('b', "secret_file three; $assertion four;"));
good('managers that share all of them',
	native('a', "secret_file one; $assertion two;"),
	native('b', "secret_file one; $assertion two;"));
good('a secret that another manager had before', native('a',
	"secret_file one; secret_file two; $assertion three;"),
	native('b', "secret_file two; $assertion three;"));

$t->stop();
done_testing();

###############################################################################

sub native {
	my ($name, $secrets) = @_;

	return "session_manager $name { memcached 127.0.0.1; $secrets }";
}

sub tornado {
	my ($secrets) = @_;

	return "session_manager t { profile tornado; memcached 127.0.0.1;"
		. " $secrets }";
}

sub lines {
	my $managers = join "\n", @_;

	$managers =~ s/(_file) /$1 %%TESTDIR%%\//g;

	return "$managers\n\n";
}

###############################################################################
