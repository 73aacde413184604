#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What nginx -t refuses of TLS to memcached, and how it says so.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Mistakes;
use Test::Session::Tls;

###############################################################################

my $t = Test::Session->new();

$t->secret('secret');
$t->write_file('text', 'not a certificate');
authority($t, $_) for 'ca', 'other';
issue($t, 'client');

check_with($t, \&lines);

my $trusted = 'tls_trusted_certificate %%TESTDIR%%/ca.crt;';
my $client = 'tls_certificate %%TESTDIR%%/client.crt;';
my $key = 'tls_certificate_key %%TESTDIR%%/client.key;';

my @wrong = (
	[ 'tls on;', qr/"tls on" without "tls_trusted_certificate", by which /
		. qr/memcached is known, and without "tls_verify off"/ ],
	[ 'tls yes;', qr/invalid value "yes" in "tls": "off" or "on" is expected/ ],
	[ 'tls on; tls off;', qr/"tls" .*duplicate/ ],
	[ "$trusted tls on; tls_verify 1;",
		qr/invalid value "1" in "tls_verify": "off" or "on" is expected/ ],

	(map { [ "$_ x;", qr/"$_" without "tls on"/ ],
		[ "tls off; $_ x;", qr/"$_" without "tls on"/ ],
		[ "tls on; tls_verify off; $_ '';", qr/"$_" is empty/ ],
		[ "$_ x; $_ x;", qr/"$_" .*duplicate/ ] }
		qw/ tls_trusted_certificate tls_certificate tls_certificate_key
		tls_name /),
	[ 'tls_verify off;', qr/"tls_verify" without "tls on"/ ],
	[ 'tls off; tls_verify on;', qr/"tls_verify" without "tls on"/ ],

	[ "tls on; $trusted $client",
		qr/"tls_certificate" without "tls_certificate_key"/ ],
	[ "tls on; $trusted $key",
		qr/"tls_certificate_key" without "tls_certificate"/ ],
	[ "tls on; $trusted memcached unix:%%TESTDIR%%/mc.sock;",
		qr/"tls on" with "memcached unix:.*": memcached has no TLS on a unix/ ],

	(map { my $file = $_; map { [ "tls on; $_", qr/\Q$file\E/ ] }
		"tls_trusted_certificate %%TESTDIR%%/$file;",
		"$trusted tls_certificate %%TESTDIR%%/$file; $key",
		"$trusted $client tls_certificate_key %%TESTDIR%%/$file;" }
		qw/ missing text /),
	[ "tls on; $trusted $client tls_certificate_key %%TESTDIR%%/other.key;",
		qr/other\.key.*key values mismatch/ ],
);

my @good = (
	'tls off;',
	"tls on; $trusted",
	"$trusted tls_verify on; tls on;",
	'tls on; tls_verify off;',
	"tls on; tls_verify off; $trusted",
	"tls on; $trusted $client $key tls_name memcached.example;",
);

each_refused(@wrong);
each_good(@good);

$t->stop();
done_testing();

###############################################################################

sub lines {
	return <<"EOF";
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%PORT_0%%;
    $_[0]
}
EOF
}

###############################################################################
