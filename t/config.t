#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Configuration: each mistake fails "nginx -t", which names the directive, the
# word, and what was expected.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

$t->secret('secret');
$t->write_file('second', 'x' x 32);
$t->write_file('same', $t->read_file('secret'));
$t->write_file('empty', '');
$t->write_file('short', 'x' x 31 . "\n");
$t->write_file('long', 'x' x 4097);
$t->write_file('open', 'y' x 40);
chmod 0600, map { $t->testdir() . "/$_" } qw/ second same empty short long /;
chmod 0644, $t->testdir() . '/open';

my $SECRET = 'secret_file %%TESTDIR%%/secret;';
my $STORE = 'memcached 127.0.0.1:11211;';

# nginx -t of what stands in a manager, in http {}, and in a location

sub check {
	my ($manager, $http, $location) = @_;

	return $t->check_conf(<<"EOF");
%%TEST_GLOBALS%%
events { }
http {
    %%TEST_GLOBALS_HTTP%%
    session_manager app { $manager }
    $http
    server { listen 127.0.0.1:1; location / { $location } }
}
EOF
}

sub manager { return check(@_, '', 'session app;') }
sub in_http { return check("$SECRET $STORE", @_, 'session app;') }
sub location { return check("$SECRET $STORE", '', @_) }

sub bad {
	my ($name, $expected, $ok, $text) = @_;

	is($ok, 0, "$name is refused");
	like($text, $expected, "$name: why");
}

sub good {
	my ($name, $ok, $text) = @_;

	is($ok, 1, $name) or diag($text);
}

###############################################################################

# what is right

good('a manager', manager("$SECRET $STORE"));
good('all of a manager', manager("$SECRET secret_file %%TESTDIR%%/second;"
	. "$STORE memcached 127.0.0.1:11212 weight=2; memcached unix:/tmp/mc;"
	. 'memcached [::1]:11211; idle_timeout 5m; absolute_timeout 1d;'
	. 'cookie id path=/a domain=example.com samesite=none secure=on'
	. ' httponly=off max_age=10d partitioned; key_prefix "x."; '
	. 'connect_timeout 10ms; timeout 2s; max_size 64k; hash crc;'
	. 'distribution modula;'));
good('all of a location', location('session app require phase=rewrite;'
	. 'session_require $session_user $session_x error=404;'
	. 'session_require $uri; session_set a b; session_set c $uri if=$args;'
	. 'session_unset d; session_unset e if=1; session_destroy if=$args;'
	. 'session_regenerate; session_header X-A a; session_header X_B b;'
	. 'session_save async; session_on_error pass;'));
good('a variable', in_http('session_variable $a b.c.0; session_variable $d e;'));
good('a manager that is named before', check("$SECRET $STORE",
	'session late; session_manager late { ' . "$SECRET $STORE }", ''));
like((manager("secret_file %%TESTDIR%%/open; $STORE"))[1],
	qr/\[warn\].*secret_file" ".*open" is readable by everyone/,
	'a secret that everyone can read gets a warning');
unlike((manager("$SECRET $STORE"))[1], qr/warn/, 'one with 0600 none');

# what is wrong in a manager

for (
	['no secret', qr/no "secret_file" in session_manager "app"/, $STORE],
	['no server', qr/no "memcached" in session_manager "app"/, $SECRET],
	['a missing secret', qr/"secret_file" failed \(2/,
		"secret_file %%TESTDIR%%/none; $STORE"],
	['an empty secret', qr/empty" is empty: from 32 to 4096/,
		"secret_file %%TESTDIR%%/empty; $STORE"],
	['a short secret', qr/short" is too short: from 32/,
		"secret_file %%TESTDIR%%/short; $STORE"],
	['a long secret', qr/long" is too long: from 32/,
		"secret_file %%TESTDIR%%/long; $STORE"],
	['a secret twice', qr/duplicate secret in "secret_file" ".*same"/,
		"$SECRET secret_file %%TESTDIR%%/same; $STORE"],
	['idle above absolute', qr/"idle_timeout" of 7200 s .* exceeds/,
		"$SECRET $STORE idle_timeout 2h; absolute_timeout 1h;"],
	['an unknown directive', qr/unknown directive "nonsense"/,
		"$SECRET $STORE nonsense 1;"],
	['a directive of a location', qr/"session_set" .* not allowed here/,
		"$SECRET $STORE session_set a b;"],
	(map { [ "$_ twice", qr/"$_" directive is duplicate/,
		"$SECRET $STORE $_ 1s; $_ 1s;" ] }
		qw/ idle_timeout absolute_timeout connect_timeout timeout /),
	(map { my $bad = $_; map { [ "$_ $bad",
		qr/invalid value "$bad" in "$_": a time from/,
		"$SECRET $STORE $_ $bad;" ] }
		qw/ idle_timeout absolute_timeout timeout connect_timeout / }
		qw/ 0 x 1z 99999999999999999999 /),
	['max_size', qr/invalid value "1" in "max_size": a size from/,
		"$SECRET $STORE max_size 1;"],
	['max_size twice', qr/"max_size" directive is duplicate/,
		"$SECRET $STORE max_size 1k; max_size 1k;"],
	['hash', qr/invalid value "sha" in "hash": "default", "md5", /,
		"$SECRET $STORE hash sha;"],
	['distribution',
		qr/invalid value "x" in "distribution": .* or "ketama_weighted" is/,
		"$SECRET $STORE distribution x;"],
	['a port out of range', qr/invalid port in "a?[\d.]*:70000" of "memcached"/,
		"$SECRET memcached 127.0.0.1:70000;"],
	['a host that is none', qr/in "no.such.host.invalid" of "memcached"/,
		"$SECRET memcached no.such.host.invalid;"],
	['a weight', qr/invalid parameter "weight=0" in "memcached"/,
		"$SECRET memcached 127.0.0.1 weight=0;"],
	['a parameter of memcached', qr/invalid parameter "x=1" in "memcached"/,
		"$SECRET memcached 127.0.0.1 x=1;"],
	['a server twice', qr/duplicate address "127.0.0.1:11211" in "memcached"/,
		"$SECRET $STORE $STORE"],
	['key_prefix', qr/invalid value "a b" in "key_prefix": up to 207/,
		"$SECRET $STORE key_prefix 'a b';"],
	['key_prefix that is long', qr/in "key_prefix": up to 207/,
		"$SECRET $STORE key_prefix " . 'x' x 208 . ';'],
	['cookie twice', qr/"cookie" directive is duplicate/,
		"$SECRET $STORE cookie a; cookie b;"],
	(map { [ "cookie $_->[0]", $_->[1], "$SECRET $STORE cookie $_->[0];" ] }
		['a colour=red', qr/unknown parameter "colour=red" in "cookie": path/],
		['a samesite=maybe',
			qr/"samesite=maybe" in "cookie": "lax", "strict" or "none"/],
		['a secure=yes', qr/"secure=yes" in "cookie": "on" or "off"/],
		['a httponly=', qr/"httponly=" in "cookie": "on" or "off"/],
		['a max_age=0', qr/"max_age=0" in "cookie": a time from 1s to 400d/],
		['a max_age=401d', qr/"max_age=401d" in "cookie"/],
		['a path=x', qr/"path=x" in "cookie": a path that begins with/],
		['a domain=', qr/"domain=" in "cookie": a host name/],
		['a partitionedx', qr/in "cookie": no value is expected/],
		['a samesite=none secure=off',
			qr/invalid "cookie" "a" .*: .*secure=on/],
		['a partitioned secure=off',
			qr/invalid "cookie" "a" .*: .*secure=on/],
		['__Host-a domain=example.com', qr/"__Host-a" .*: .*__Host-/],
		['__Host-a path=/x', qr/"__Host-a" .*: .*__Host-/],
		['__Host-a secure=off', qr/"__Host-a" .*: .*__Host-/],
		['__Secure-a secure=off', qr/"__Secure-a" .*: .*__Secure-/],
		['"a b"', qr/invalid "cookie"/], ['"a;b"', qr/invalid "cookie"/]),
) {
	my ($name, $expected, $conf) = @$_;
	bad($name, $expected, manager($conf));
}

# in http {} and in a location

for (
	['a manager twice', qr/duplicate "session_manager" "app"/,
		"session_manager app { $SECRET $STORE }"],
	['a name', qr/invalid name "a b" in "session_manager": 1 to 64/,
		"session_manager 'a b' { $SECRET $STORE }"],
	['the name off', qr/invalid name "off"/,
		"session_manager off { $SECRET $STORE }"],
	['a directive of a manager', qr/"secret_file" directive is not allowed/,
		$SECRET],
	['no variable', qr/invalid variable name "a" in "session_variable"/,
		'session_variable a b;'],
	(map { [ "\$$_", qr/"\$$_" in "session_variable" is reserved/i,
		"session_variable \$$_ x;" ] }
		qw/ session_id session_status session_meta_x session_meta_age /),
	['a variable that is taken', qr/"uri" variable/,
		'session_variable $uri x;'],
	(map { [ "the path $_", qr/invalid path "\Q$_\E" in "session_variable"/,
		"session_variable \$a $_;" ] } qw/ .a a. a..b /,
		join('.', 1 .. 17)),
) {
	my ($name, $expected, $conf) = @$_;
	bad($name, $expected, in_http($conf));
}

for (
	['an unknown manager', qr/unknown session manager "x" in "session": "session_manager x/,
		'session x;'],
	['session twice', qr/"session" directive is duplicate/,
		'session app; session app;'],
	['a word behind off', qr/"require" in "session": nothing is expected/,
		'session off require;'],
	['a parameter of session', qr/"needed" in "session": "require", "phase/,
		'session app needed;'],
	['a phase', qr/"phase=late" in "session"/, 'session app phase=late;'],
	(map { [ "error=$_", qr/"error=$_" in "session_require": "error="/,
		"session app; session_require \$uri error=$_;" ] }
		qw/ 200 600 399 x 444 499 /),
	['no value', qr/"session_require" directive has no value to check/,
		'session app; session_require error=401;'],
	['a condition', qr/"x" in "session_set": "if=" and a condition/,
		'session app; session_set a b x;'],
	['an empty one', qr/"if=" in "session_destroy": "if=" and a condition/,
		'session app; session_destroy if=;'],
	['an empty key', qr/invalid key "": UTF-8/, 'session app; session_set "" b;'],
	['a key that is no text', qr/invalid key/,
		"session app; session_unset \xff;"],
	['a header', qr/invalid header "X A" in "session_header"/,
		'session app; session_header "X A" a;'],
	['a header twice', qr/duplicate header "x_a" in "session_header"/,
		'session app; session_header X-A a; session_header x_a b;'],
	(map { [ "the header $_", qr/header "$_" in "session_header" frames/,
		"session app; session_header $_ a;" ] }
		qw/ Host Content-Length transfer-encoding Connection Cookie /),
	['session_save', qr/invalid value "x" in "session_save": "wait" or "async"/,
		'session app; session_save x;'],
	['session_on_error', qr/"x" in "session_on_error": "pass" or "deny"/,
		'session app; session_on_error x;'],
	(map { [ "$_ without a session", qr/in location "\/" without a session/,
		"$_;" ] } 'session_require $uri', 'session_set a b',
		'session_header X-A a', 'session_destroy'),
) {
	my ($name, $expected, $conf) = @$_;
	bad($name, $expected, location($conf));
}

done_testing();

###############################################################################
