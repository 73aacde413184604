#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in "cookie" fail "nginx -t" with the word and what was expected.

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

my $invalid = qr/invalid "cookie" ".*" in session_manager "app": /;

# what stands behind "cookie", what nginx says

my @wrong = (
	[ '', qr/invalid number of arguments in "cookie"/ ],

	# names

	(map { [ $_, misnamed($_) ] } 'name=sid', "''", "'a b'", 'a=b', 'a,b', '"a\"b"', 'a@b', 'a/b', 'a[b]',
		"a\x7f", "\xe9"),

	(map { [ $_, nameless((split)[0]) ] }
		'secure=off', 'samesite=lax path=/', 'max_age=1d'),

	# values

	(map { [ "sid $_", refused($_, 'a path that begins with "/"') ] }
		'path=', 'path=shop', 'path=./'),
	(map { [ "sid '$_'", qr/${invalid}path must be of printable ASCII/ ] }
		'path=/a;b', "path=/\xe9", "path=/a\tb", "path=/a\nb"),
	[ 'sid domain=', refused('domain=', 'a host name') ],
	(map { [ "sid '$_'", qr/${invalid}domain must be of letters, digits/ ] }
		'domain=a b', 'domain=a;b', 'domain=a/b', 'domain=a:80',
		"domain=\xe9.org"),
	(map { [ "sid $_", refused($_, '"lax", "strict" or "none"') ] }
		'samesite=', 'samesite=Lax', 'samesite=off', 'samesite=laxx'),
	(map { [ "sid $_", refused($_, '"on", "off" or "auto"') ] }
		'secure=', 'secure=yes', 'secure=ON', 'secure=autox'),
	(map { [ "sid $_", refused($_, '"on" or "off"') ] }
		'httponly=', 'httponly=1', 'httponly=offf', 'httponly=auto'),
	(map { [ "sid $_", refused($_, 'a time from 1s to 400d') ] }
		'max_age=', 'max_age=0', 'max_age=-1', 'max_age=401d', 'max_age=x',
		'max_age=1.5h', 'max_age=10ms'),
	(map { [ "sid $_", refused($_, 'no value') ] }
		'partitioned=on', 'partitioned=', 'partitionedx'),

	# no parameters

	(map { [ "sid $_", qr/unknown parameter "\Q$_\E" in "cookie": path=, / ] }
		'secure', 'httponly', 'Path=/', 'expires=1d', 'max-age=1d', 'lax',
		'other'),
	[ "sid ''", qr/unknown parameter "" in "cookie": path=, domain=, / ],

	# what browsers do not take

	[ 'sid samesite=none secure=off',
		qr/${invalid}browsers take samesite=none only with secure=on/ ],
	[ 'sid partitioned secure=off',
		qr/${invalid}browsers take partitioned only with secure=on/ ],
	[ '__Host-sid secure=off',
		qr/${invalid}browsers take a "__Host-" name only with secure=on/ ],
	[ '__Host-sid domain=example.org',
		qr/${invalid}browsers take a "__Host-" name only without a domain/ ],
	[ '__Host-sid path=/shop',
		qr/${invalid}browsers take a "__Host-" name only with path=/ ],
	[ '__host-sid domain=example.org',
		qr/${invalid}browsers take a "__Host-" name only without a domain/ ],
	[ '__Secure-sid secure=off',
		qr/${invalid}browsers take a "__Secure-" name only with secure=on/ ],
	(map { [ "$_ secure=off",
		qr/${invalid}browsers take a "__Http-" name only with secure=on/ ]
	} '__Http-sid', '__http-sid'),
	(map { [ "$_-sid secure=auto",
		qr/${invalid}browsers take a "$_-" name only with secure=on/ ]
	} '__Host', '__Secure', '__Http'),
	(map { [ "sid $_ secure=auto",
		qr/${invalid}browsers take $_ only with secure=on/ ]
	} 'samesite=none', 'partitioned'),
	(map { [ "$_ httponly=off",
		qr/${invalid}browsers take a "__Http-" name only with httponly=on/ ]
	} '__Http-sid', '__http-sid'),
	(map { [ "$_ httponly=off",
		qr/${invalid}browsers take a "__Host-Http-" name only with httponly/ ]
	} '__Host-Http-sid', '__host-http-sid', 'Http-sid', 'http-sid'),
	[ '__Host-Http-sid secure=off',
		qr/${invalid}browsers take a "__Host-" name only with secure=on/ ],
	[ '__Host-Http-sid path=/shop',
		qr/${invalid}browsers take a "__Host-" name only with path=/ ],

	# twice

	[ 'sid; cookie sid', qr/"cookie" directive is duplicate/ ],
	(map { [ "sid $_ $_",
		qr/duplicate parameter "\Q$_\E" in "cookie"/ ]
	} 'path=/', 'domain=b.org', 'samesite=lax', 'secure=on', 'httponly=on',
		'max_age=1d', 'partitioned'),
	[ 'sid secure=on secure=off', qr/duplicate parameter "secure=off"/ ],
);

my @good = (
	'sid',
	"!#\$%&'*+-.^_`|~aZ9",
	'sid path=/',
	'sid path=/shop/',
	'"sid" "path=/a b"',
	'sid domain=example.org',
	'sid domain=.example.org',
	'sid samesite=lax',
	'sid samesite=strict',
	'sid samesite=none',
	'sid samesite=none secure=on',
	'sid secure=off',
	'sid secure=auto',
	'sid httponly=off',
	'sid max_age=1s',
	'sid max_age=400d',
	'sid "max_age=1d 12h"',
	'sid partitioned',
	'sid partitioned samesite=none',
	'__Host-sid',
	'__Host-sid path=/ secure=on',
	'__Secure-sid domain=example.org path=/shop',
	'__Http-sid domain=example.org path=/shop',
	'__Host-Http-sid',
	'__Secure-Http-sid httponly=off',
	'Http-sid httponly=off secure=off',
	'__other secure=off',
	'sid path=/a domain=b.org samesite=strict secure=on httponly=on max_age=1d'
		. ' partitioned',
);

for my $case (@wrong) {
	my ($words, $reason) = @$case;
	my ($ok, $said) = check($words);

	ok(!$ok, "refused: cookie $words");
	like($said, qr/\[emerg\] .*$reason.* in \S+check\.conf:\d+$/m,
		"the reason of: cookie $words");
}

for my $words (@good) {
	my ($ok, $said) = check($words);

	ok($ok, "good: cookie $words") or diag($said);
}

my ($ok, $said) = check('sid', 'idle_timeout 1h;');
ok($ok, 'other directives stand beside it') or diag($said);

$t->stop();
done_testing();

###############################################################################

sub refused {
	my ($word, $expected) = @_;

	return qr/invalid parameter "\Q$word\E" in "cookie": $expected is exp/;
}

sub misnamed {
	my $word = $_[0] =~ s/^(['"])(.*)\1$/$2/r =~ s/\\"/"/r;

	return qr/invalid name "\Q$word\E" in "cookie": "cookie NAME" is expected, /;
}

sub nameless {
	my ($word) = @_;

	return qr/"\Q$word" in "cookie" stands behind the name of the cookie: \E
		\Q"cookie NAME $word" is expected, such as "cookie sid $word"\E/x;
}

sub check {
	my ($words, $more) = @_;

	$more //= '';

	return $t->check_http("session_manager app {"
		. " secret_file %%TESTDIR%%/secret; memcached 127.0.0.1; $more\n"
		. "cookie $words;\n}\n");
}

###############################################################################
