#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes that would change nothing, or something else than was meant, without
# a word: nginx -t refuses them, and says what to write.

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

$t->secret();

my $secret = "secret_file %%TESTDIR%%/secret;";
my $server = 'memcached 127.0.0.1:11211;';

# in a location

check_with($t, \&lines);

my $useless = 'above it useless: one of them, or "if=" and a condition is e';

each_refused(
	[ 'session_set a if=$arg_x;', qr/invalid value "if=\$arg_x" in "session_set/ ],
	[ 'session_set a b; session_set a c;',
		qr/"session_set" makes "session_set" $useless/ ],
	[ 'session_unset a; session_unset a always;',
		qr/"session_unset" makes "session_unset" $useless/ ],
	[ 'session_destroy; session_destroy;',
		qr/"session_destroy" makes "session_destroy" $useless/ ],
	[ 'session_regenerate; session_regenerate login;',
		qr/"session_regenerate" makes "session_regenerate" $useless/ ],
	map({ my $end = $_; map { [ $_, qr/ beside "session_\w+": the session ends/ ]
	} "$end; session_set a b;", "session_regenerate if=\$arg_x; $end;",
		"session_unset a always; $end clear_site_data;" }
		'session_destroy', 'session_revoke_all'),
	[ 'session_require $session_a error=401 error=403;',
		qr/duplicate parameter "error=403" in "session_require": it is exp/ ],
	[ 'session_headers X-S user;', qr/invalid prefix "X-S" in "session_headers"/ ],
	[ 'session_header X-A user; session_header X_A name;',
		qr/duplicate header "X_A" in "session_header": another name is exp/ ],
);

each_good('session_set a b; session_set a c if=$arg_c;',
	'session_set a b always; session_set a c;',
	'session_set a b; session_set c b;', 'session_headers X_S_ user;',
	'session_set a b; session_destroy if=$arg_x;',
	'session_destroy; session_destroy clear_site_data if=$arg_x;');

# what may be meant, so that it is taken with a warning

for (
	[ 'session_require $session_a in b,c;',
		qr/"b,c" in "session_require" is one text, with a "," in it: texts b/ ],
	[ 'session_require $session_a in b, c;', qr/"b," in "session_require" is/ ],
	[ 'session_require $session_a in b c,d;', qr/"c,d" in "session_require"/ ],
	[ 'session_header user X-Session-User;', qr/"session_header user /
		. qr/X-Session-User" has "X-Session-User" as the name of a key: the h/ ],
	[ 'session_header User x-user;', qr/"x-user" as the name of a key: the he/ ],
)
{
	my ($line, $reason) = @$_;
	my ($ok, $said) = $t->check_http(lines($line));

	ok($ok, "taken: $line");
	like($said, qr/\[warn\] .*$reason.* in \S+check.conf:/, 'with a warning');
}

each_good('session_require $session_a in b c; session_require $uri in a in;',
	'session_require $session_a = b,c;', 'session_header X-User X-User;',
	'session_header User user; session_header X-A a-b;');

# of session_variable

check_with($t, sub { "session_manager app { $secret $server } $_[0]" });

each_refused(
	[ 'session_variable $1 a;', qr/invalid variable name "\$1" in "session_v/ ],
	[ 'session_variable $a a; session_variable $a b;',
		qr/"\$a" in "session_variable" is taken, .*another "session_variable"/ ],
	[ 'session_variable $a a.b; session_variable $a b;',
		qr/"\$a" in "session_variable" is taken, .*another "session_variable"/ ],
);

each_good('session_variable $a1 a;',
	'session_variable $arg_x x;');

# in a session_manager

check_with($t, sub { "session_manager app { $secret $_[0] }" });

my $variable = 'has a variable, which is not evaluated here';

each_refused(
	[ "$server key_prefix \$host;", qr/"\$host" in "key_prefix" $variable/ ],
	[ "$server key_prefix a\${host}b;",
		qr/"a\$\{host\}b" in "key_prefix" $variable/ ],
	[ "$server cookie \$host;", qr/"\$host" in "cookie" $variable/ ],
	[ "$server cookie sid path=/\$x;", qr/"path=\/\$x" in "cookie" $variable/ ],
	[ 'memcached unix:run/memcached;',
		qr/"unix:run\/memcached" of "memcached" is a relative path: "unix:\/P/ ],
	[ "$server $server", qr/duplicate address .*: each server is expected once/ ],
	[ "$server tls on; tls_trusted_certificate /nope;",
		qr/"tls_trusted_certificate" was not loaded.*"\/nope" in \S+check.conf:/ ],
	[ "$server profile tornado; cookie sid;", qr/"cookie" .*own directives: .*"coo/ ],
	[ "$server max_age_days 3;", qr/"max_age_days" .*own directives: "cookie", / ],
);

each_good("$server key_prefix 'us\$:';", "$server key_prefix '';",
	'memcached unix:/run/memcached;');

like(($t->check_http("session_manager app { $secret $server subject a.b; }"))[1],
	qr/\[warn\] .*key "a.b" in "subject" is one key with a "\." in its name/,
	'subject: a key that looks like a path is warned of');

done_testing();

###############################################################################

sub lines {
	my ($location) = @_;

	return <<"EOF";
session_manager app { $secret $server cookie sid secure=off; }
server { listen 127.0.0.1:%%PORT_0%%; location / { session app; $location } }
EOF
}

###############################################################################
