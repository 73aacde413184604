#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in the memcached servers of a manager, and in how records are spread
# over them, fail "nginx -t" with the word and what was expected.

###############################################################################

use warnings;
use strict;

use Config;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Mistakes;

###############################################################################

my $t = Test::Session->new();

$t->secret('secret');
$t->secret('users', "ada:secret\n");
check_with($t, sub { return "session_manager app { $_[0] }\n" });

my $file = 'secret_file %%TESTDIR%%/secret;';
my $server = 'memcached 127.0.0.1:%%PORT_0%%;';
my $two = "$server memcached 127.0.0.1:%%PORT_1%%";

# what stands in session_manager, what nginx says

my @wrong = (
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
	(map { [ "$file memcached $_;",
		qr/invalid .*"127.0.0.2" .*, and one line for each server in/ ]
	} '127.0.0.1 127.0.0.2', '127.0.0.1 weight=1 127.0.0.2',
		'127.0.0.1 127.0.0.2 127.0.0.3'),
	(map { [ "$file memcached 127.0.0.1 $_;",
		qr/invalid parameter "\Q$_\E" in "memcached": "weight=" and a number/ ]
	} qw/ weight=0 weight=1001 weight=-1 weight=x weight= heavy /),

	single("$file $server", 'hash', 'md5',
		qr/"default", "md5", .*"murmur3" is expected/, 'MD5', 'sha1', "''"),
	single("$file $server", 'protocol', 'classic',
		qr/"meta" or "classic" is expected/, 'binary', 'META', "''"),
	single("$file $server", 'distribution', 'ketama',
		qr/"modula", "consistent", "ketama" or/, 'modulo', 'KETAMA', "''"),

	[ "$file $two; hash crc; distribution ketama_weighted;",
		qr/"ketama_weighted" of the memcached servers always hashes by "md5"/ ],
	[ "$file memcached cache.invalid resolve;",
		qr/in distribution "modula" nearly all sessions would be lost/ ],
	[ "$file memcached cache.invalid resolve; distribution ketama;",
		qr/no "resolver" in "http" for memcached "cache.invalid"/ ],
	[ "$file memcached cache.invalid discover; distribution ketama;",
		qr/no "resolver" in "http" for memcached "cache.invalid"/ ],
	[ "$file memcached 127.0.0.1 resolve; distribution ketama;",
		qr/"127.0.0.1" of "memcached" is an address: "resolve" wants a name/ ],
	[ "$file memcached unix:/tmp/x resolve; distribution ketama;",
		qr/"unix:.*" of "memcached" is a socket/ ],
	[ "$file memcached 127.0.0.1 discover; tls on; tls_verify off; "
		. "distribution ketama;",
		qr/"discover" of memcached "127.0.0.1" .* with "tls on"/ ],
	[ "$file memcached 127.0.0.1 discover; auth_file users; "
		. 'distribution ketama;',
		qr/"discover" of memcached "127.0.0.1" .* with "auth_file"/ ],
	(map { [ "$file memcached 127.0.0.1 $_; distribution ketama;",
		qr/"discover", or "discover=" and a time from 1s to 1h is expected/ ]
	} qw/ discover=0 discover=61m discover= discover=x discovery /),
	(map { [ "$file memcached cache.invalid $_; distribution ketama;",
		qr/invalid parameter ".*" in "memcached": .*"discover" are expected/ ]
	} 'resolve discover', 'resolve resolve', 'weight=1 weight=1'),
	[ "$file $two; distribution modula eject;",
		qr/libmemcached does not eject memcached servers in .*"modula"/ ],
	(map { [ "$file $two; distribution ketama $_;",
		qr/invalid parameter ".*" in "distribution": "eject" is expected/ ]
	} qw/ ejects '' /),
	[ "$file $two; distribution ketama eject eject;",
		qr/invalid number of arguments in "distribution"/ ],
	(map { [ "$file $two weight=2; distribution $_;",
		qr/distribution "$_" does not heed the weight of memcached server/ ]
	} qw/ consistent ketama /),
);

my @good = (
	"$file memcached 127.0.0.2; memcached unix:/tmp/x weight=1000;",
	"$file memcached [::1]:11211; memcached [::1]:11212 weight=3;",
	(map { "$file $two; hash $_;" } qw/ default md5 crc fnv1_32 fnv1a_32 murmur
		jenkins murmur3 /),
	(map { "$file $two; distribution $_;" } qw/ modula consistent ketama
		ketama_weighted /),
	"$file memcached 127.0.0.1 discover; distribution ketama;",
	"$file memcached 127.0.0.1 weight=2 discover=1h; "
		. 'distribution ketama_weighted;',
	(map { "$file $two; distribution $_ eject;" } qw/ consistent ketama
		ketama_weighted /),
	(map { "$file $two weight=2; distribution $_;" } qw/ modula
		ketama_weighted /),
	"$file $two; hash md5; distribution ketama_weighted;",
);

# libmemcached has these only on 64 bits

for my $hash (qw/ fnv1_64 fnv1a_64 /) {
	my $conf = "$file $two; hash $hash;";

	if ($Config{ptrsize} >= 8) {
		push @good, $conf;
	} else {
		push @wrong, [ $conf, qr/does not take .* with hash "$hash"/ ];
	}
}

each_refused(@wrong);
each_good(@good);

$t->stop();
done_testing();

###############################################################################
