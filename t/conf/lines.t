#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What is found out behind a block's "}", or at the end of the configuration, is
# told with the line of the directive that it is about.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

$t->secret();
$t->secret('short', 'short');
$t->secret('app', 'the application');
$t->secret('users', "ada:secret\n");

# In the block of a manager: its lines, and what is said of the one that ends
# with #.  Without # it is the line where the block begins.

my @manager = (
	[ 'idle_timeout 30d; #', 'exceeds "absolute_timeout" of 43200 s (the de' ],
	[ 'idle_timeout 5h; # absolute_timeout 4h;', '"idle_timeout" of 18000 s' ],
	[ 'absolute_timeout 10m; #', '"idle_timeout" of 1800 s (the default) in' ],
	[ 'anonymous_timeout 31m; #', '"anonymous_timeout" of 1860 s in' ],
	[ 'session_level aal3; idle_timeout 16m; #', 'the 900 s of "session_lev' ],
	[ 'absolute_timeout 13h; # session_level aal3;', 'the 43200 s of "sessi' ],
	[ 'max_sessions 3; #', '"max_sessions" in session_manager "app" without' ],
	[ 'cookie name=sid; #', 'invalid name "name=sid" in "cookie": "cookie NAME"' ],
	[ 'cookie __Host-sid path=/x; #', 'invalid "cookie" "__Host-sid" in' ],
	[ 'max_age_days 3; #', '"max_age_days" in session_manager "app" is not' ],
	[ 'secret_file short; #', 'short" is too short: from 32 to' ],
	[ 'secret_file secret; #', 'duplicate secret in "secret_file"' ],
	[ 'assertion_secret_file short; #', 'short" is too short: from 32 to' ],
	[ 'distribution modula eject; #', 'does not eject memcached servers in' ],
	[ 'memcached a.test resolve; #', 'in distribution "modula" nearly all' ],
	[ 'memcached a.test resolve; distribution modula; #', 'nearly all sess' ],
	[ 'memcached 127.0.0.1:2 weight=2; # distribution ketama;', 'weight of' ],
	[ 'hash crc; # memcached 127.0.0.1:2; distribution ketama_weighted;',
		'always hashes by "md5"' ],
	[ 'tls_verify off; #', '"tls_verify" without "tls on"' ],
	[ 'tls_name a; #', '"tls_name" without "tls on"' ],
	[ 'tls on; #', '"tls on" without "tls_trusted_certificate"' ],
	[ 'tls on; # tls_verify off; memcached unix:/a;', 'has no TLS on a unix' ],
	[ 'tls on; tls_trusted_certificate /nope; #', 'was not loaded, see the' ],
	[ 'tls on; tls_verify off; tls_certificate /nope; # tls_certificate_key'
		. ' /nope;', 'was not loaded, see the line above' ],
	[ 'memcached b.test discover; # distribution ketama; auth_file users;',
		'does not go together with "auth_file"' ],
	[ 'memcached b.test discover; # distribution ketama;',
		'no "resolver" in "http" for memcached "b.test"' ],
	[ 'profile tornado; session_level aal1; #', '"session_level" in session_' ],
	[ 'profile tornado;', 'no "cookie_secret_file" in session_manager' ],
	[ 'profile tornado; cookie_secret_file app; cookie_secret_file users'
		. ' version=1; #', 'does not go with those before it' ],
	[ 'profile tornado; cookie_secret_file app; cookie_names a b max_age=3; #',
		'"max_age=" in "cookie_names": "expires_days"' ],
	[ 'profile tornado; cookie_secret_file app; key_prefix ' . 'p' x 190
		. '; #', '"key_prefix" of session_manager "app" is too' ],
);

# in a location, which has "session app" unless it says otherwise

my @location = (
	[ 'session nosuch; #', 'unknown session manager "nosuch" in "session"' ],
	[ 'session require; #', '"require" in "session" stands behind the name' ],
	[ 'session_revoke_all; #', 'which has no "subject": "subject KEY" is exp' ],
	[ 'session_accept X-Session- revoke; #', '"session_accept" with "revoke" in a lo' ],
	[ 'session_assertion X-A; #', 'no "assertion_secret_file" in session_ma' ],
	[ 'session_header X-A a; session_csrf on header=X-A; #', 'wants the clie' ],
	[ 'session_header X-A a; session_header X-B b; # proxy_set_header X-B c;',
		'replaces the "X-B" that "session_header" gives' ],
	[ 'session_headers X- a b; # proxy_set_header X-B c;',
		'replaces the "X-B" that "session_headers" gives' ],
	[ 'session_status_page; # proxy_pass http://127.0.0.1:1;',
		'"session_status_page" in location "/" beside another' ],
	[ 'session old; session_fresh 1m; #', 'does not know the time of a login' ],
	[ 'session_set a $nosuch; #', 'variable "$nosuch" in "session_set" is' ],
	[ 'session_set a b if=$nosuch; #', '"$nosuch" in "session_set" is not k' ],
	[ 'session_require $uri = $nosuch; #', '"$nosuch" in "session_require"' ],
	(map { [ "session off; $_ #", '" in location "/" without a session: ' ] }
		'session_require $uri;', 'session_fresh 1m;', 'session_set a b;',
		'session_headers X- a;', 'session_header X-A a;', 'session_csrf on;',
		'session_save wait;', 'session_on_error deny;',
		'session_hide_cookie on;', 'session_realm a;', 'session_recheck 1m;'),
);

# what the level above has is told where the location begins

my @above = (
	[ 'session_require $uri;', '"session_require" of a level above is lost' ],
	[ 'session_csrf on;', '"session_csrf" of a level above is lost' ],
	[ 'session_fresh 1m;', '"session_fresh" of a level above is lost' ],
);

for (@manager) {
	my ($lines, $reason) = @$_;
	my $begin = $lines =~ /#/ ? '' : '#';

	told($lines, $reason, "session_manager app { $begin\nsecret_file secret;"
		. "\nmemcached 127.0.0.1:1;\n" . lines($lines) . "\n}\n"
		. server('session app;'));
}

told('no secret_file', 'no "secret_file" in session_manager "app"',
	"session_manager app { #\nmemcached 127.0.0.1:1;\n}\n");
told('no memcached', 'no "memcached" in session_manager "app"',
	"session_manager app { #\nsecret_file secret;\n}\n");

for (@location) {
	my ($lines, $reason) = @$_;
	my $session = $lines =~ /\bsession / ? '' : 'session app;';

	told($lines, $reason, managers() . server("$session\n" . lines($lines)));
}

for (@above) {
	my ($line, $reason) = @$_;

	told("$line of the server", $reason, managers()
		. "server { listen 127.0.0.1:%%PORT_0%%; $line\nlocation / { #\n} }\n");
}

$t->stop();
done_testing();

###############################################################################

sub lines {
	my ($lines) = @_;

	return $lines =~ s/; (?!#)/;\n/gr =~ s/# /#\n/gr;
}

sub managers {
	return <<'EOF';
session_manager app { secret_file secret; memcached 127.0.0.1:1; }
session_manager old {
    profile             tornado;
    secret_file         secret;
    cookie_secret_file  app;
    memcached           127.0.0.1:1;
}
EOF
}

sub server {
	my ($location) = @_;

	return "server { listen 127.0.0.1:%%PORT_0%%;\nlocation / {\n$location\n}\n"
		. "}\n";
}

sub told {
	my ($name, $reason, $conf) = @_;

	my ($ok, $said) = $t->check_http($conf);
	my ($before) = $t->read_file('check.conf') =~ /^(.*?)#/s;
	my $line = 1 + ($before // '') =~ tr/\n//;

	my $told = qr/\[(?:emerg|warn)\] .*\Q$reason\E.* in \S+check\.conf:$line$/m;

	ok(!$ok && $said =~ $told,
		'at its line: ' . substr $name, 0, 120) or diag("$line: $said");
}

###############################################################################
