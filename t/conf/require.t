#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What cannot be meant in session_require, in conditions and as a key fails
# nginx -t, with the line, the word and what was expected.

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
$t->secret('other', 'another secret, that assertions are signed with');

my $require = '"session_require"';
my $one_word = 'compares nothing, since it is one word: a variable is expected';
my $constant = 'has no variable, so that it never changes: a variable is';
my $key = 'the name of one key is expected, such as "user" for $session_user';

my @bad = (
	each_of('session_require $uri error=%s;', 'invalid parameter "error=%s" in'
		. " $require: " . '"error=" and a status from 400 to 599, but 444'
		. ' and 499, is',
		qw/ 0 200 302 399 600 444 499 4o3 -403 /),
	[ 'session_require $uri error=;', qr/invalid parameter "error=" in/ ],
	[ 'session_require error=404;', qr/$require .*has no value to check/ ],

	each_of('session_require %s;', qq("%s" in $require $constant),
		'1', 'session_user', '00', '', 'on', '!', 'and'),
	each_of('session_require %s;', qq("%s" in $require $one_word),
		'$uri=a', '=$uri', '"$uri!=a"', '$uri~a', '=='),
	[ 'session_require $uri $args=b;', qr/"\$args=b" in $require $one_word/ ],
	[ 'session_require $uri and $args;', qr/"and" in $require has no var/ ],
	(map { my ($line, $word, $text) = @$_;
		my $said = qq("$word" in "session_) . ($line =~ /^(\w+)/)[0]
			. qq(" is always true, since it has the text "$text": variables);
		[ "session_$line;", qr/\Q$said\E.*"session_variable \$NAME KEY;"/ ]
	} [ 'require $session_my-key', '$session_my-key', '-key' ],
		[ 'require $uri "a $args"', 'a $args', 'a ' ],
		[ 'require "$uri:$args"', '$uri:$args', ':' ],
		[ 'require ${uri}x${args}y', '${uri}x${args}y', 'xy' ],
		[ 'destroy if=$session_my-key', '$session_my-key', '-key' ],
		[ 'set k v if=$session_my.key', '$session_my.key', '.key' ],
		[ 'no_touch on if=0${uri}0', '0${uri}0', '00' ]),
	(map { my ($line, $value, $other, $text) = @$_;
		my $who = $line =~ / != / ? 'everybody is let in'
			: 'nobody is let in by it';
		my $said = qq("$value" in $require never equals "$other", so that $who,)
			. qq( since it has the text "$text": variables alone are expected;);
		[ "session_require $line;", qr/\Q$said\E.*"session_variable \$NAME KEY;"/ ]
	} [ '$session_my-key != guest', '$session_my-key', 'guest', '-key' ],
		[ '$session_my-key = guest', '$session_my-key', 'guest', '-key' ],
		[ '$session_my-key = ""', '$session_my-key', '', '-key' ],
		[ '$session_my-key != -ke', '$session_my-key', '-ke', '-key' ],
		[ '$session_my-key in a-key b', '$session_my-key', 'b', '-key' ],
		[ 'a-${uri}b$args != a-x', 'a-${uri}b$args', 'a-x', 'a-b' ],
		[ '${uri}ab$args != ba', '${uri}ab$args', 'ba', 'ab' ],
		[ 'aa${uri}aa != aaa', 'aa${uri}aa', 'aaa', 'aaaa' ],
		[ '$uri-a$args-b = a-b-a', '$uri-a$args-b', 'a-b-a', '-a-b' ],
		[ '$1-key != a', '$1-key', 'a', '-key' ],
		[ 'a$uri != b$args', 'a$uri', 'b$args', 'a' ],
		[ '${uri}ab = ${args}c', '${uri}ab', '${args}c', 'ab' ]),
	each_of('session_require $uri %s a;', qq(unknown operator "%s" in $require)
		. ': "=", "!=", "~", "~*" or "in" is expected',
		qw/ == === !~ !~* =~ ~= <> < > <= >= /),
	[ 'session_require $uri $args = a;', qr/"=" in $require $one_word/ ],
	[ 'session_require $uri =a;', qr/"=a" in $require $one_word/ ],

	each_of('session_require admin %s $uri;', qq("admin" in $require has no)
		. ' variable, so that it never changes: a variable is expected before',
		qw/ = != ~ ~* in /),
	each_of('session_require $uri %s;', qq(0 words behind "%s" in $require:),
		qw/ = != ~ ~* in /),
	each_of('session_require $uri %s a b;', qq(2 words behind "%s" in $require)
		. ': one is expected, and another comparison on a line of its own',
		qw/ != ~ ~* /),
	[ 'session_require $uri = a b;',
		qr/2 words behind "=" in $require: one is expected \("in" takes sev/ ],
	each_of('session_require $uri %s =a;', qq(invalid text "=a" in $require: a)
		. ' single "=" is expected, with blanks around it', qw/ = != in /),
	[ 'session_require $uri ~ "(";', qr/invalid expression in $require: pcre/ ],

	[ 'session_require off $uri;', qr/unknown parameter "\$uri" in $require: n/ ],
	[ 'session_require $uri; session_require off;',
		qr/$require .*"off" is expected once, in front of the level's other/ ],
	[ 'session_require off; session_require off;', qr/"off" is expected once/ ],

	(map { my $name = $_; my ($word) = split / /, $name;
		each_of("session_$name if=%s;", qq("%s" in "session_$word" $constant),
			qw/ 1 0 session_user /),
		each_of("session_$name if=%s;", qq("%s" in "session_$word" $one_word),
			qw/ $uri=a $uri!=a =$uri $uri~a /)
	} 'set k v', 'unset k', 'destroy', 'regenerate', 'revoke_all',
		'no_touch on'),

	(map { my $name = $_;
		each_of("session_$name", 'invalid key "%s" in "session_'
			. (split / /, $name)[0] . qq(": $key),
			qw/ $uri $session_user * =user /)
	} 'set %s v;', 'unset %s;', 'header X-A %s;', 'headers X- a %s;',
		'accept X- keys=a,%s;', 'assertion X-A sub=%s;',
		'assertion X-A keys=a,%s;'),
	each_of('session_set k %s;', 'invalid value "%s" in "session_set": KEY and'
		. ' VALUE are expected, with blanks only between them', qw/ = =v =$uri /),
	(map { my ($keys, $said) = @$_; [ "session_accept X- $keys;",
		qr/invalid key "$said" in "session_accept": keys without blanks and /
	] } [ '"keys=user cart"', 'user cart' ], [ '"keys=user, cart"', ' cart' ],
		[ 'keys="user,cart"', '"user' ], [ '"keys=user;cart"', 'user;cart' ]),
);

my @good = (
	'$uri $args error=400; session_require $host', '$uri error=599', '0',
	'$uri = a', '$uri = ""', '$uri != "a b" error=404', 'error=404 $uri = a',
	'$uri ~ ^a', '"$uri-$args" ~* "a b"', '$uri in a', '$uri in a $args "c d"',
	'$uri = error', '$uri = in', '${uri} = a', '"$uri=$args" = "a=b"',
	'$uri$args', '"${uri}0"', '$session_my-key = a-key',
	'$session_my-key != -key', '$session_my-key = $args', '$uri-a = $args-b-a',
	'$session_my-key = -k$args', 'a$uri = ab$args', 'ab$uri = a$args',
	'a${uri}b${args}c = abbc', '${uri}ab$args != aab', '$uri-a$args-b = a-a-b-b',
	'$session_my-key in a-key b-key', '$session_my-key ~ ^guest',
	'off', 'off; session_require $uri',
);

# the line of the configuration that the cases stand in

check('HERE');
my ($before) = $t->read_file('check.conf') =~ /^(.*?)HERE/s;
my $at = 1 + ($before =~ tr/\n//);

for (@bad) {
	my ($line, $reason) = @$_;
	my ($ok, $said) = check($line);

	ok(!$ok && $said =~ /\[emerg\] .*$reason.* in \S+check\.conf:$at$/m,
		"refused: $line") or diag($said);
}

for (@good) {
	my ($ok, $said) = check("session_require $_;");

	ok($ok, "good: session_require $_") or diag($said);
}

$t->stop();
done_testing();

###############################################################################

sub check {
	my ($line) = @_;

	return $t->check_http(<<"EOF");
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1;
    subject      user;
    assertion_secret_file  %%TESTDIR%%/other;
}
server { listen 127.0.0.1:%%PORT_0%%; session app;
location / {
$line
} }
EOF
}

###############################################################################
