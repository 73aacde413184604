#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in a location's directives, and in session_variable, fail nginx -t
# with the directive, the word and what was expected.

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

# nginx itself has forgotten the line of a variable that is unknown

check_with($t, \&lines, place => qr/ in \S+check\.conf:\d+$/m);

my $arguments = 'invalid number of arguments in';

# what stands in a location that has a session, what nginx says

my @location = (
	[ 'session app;', qr/"session" directive is duplicate/ ],
	[ 'session off;', qr/"session" directive is duplicate/ ],
	(map { [ "session_$_ pass;", qr/$arguments "session_$_"/ ] }
		qw/ set header /),
	(map { [ "session_$_;", qr/$arguments "session_$_"/ ] }
		qw/ require set unset header save on_error /),
	[ 'session_set k v if=$uri always x;', qr/$arguments "session_set"/ ],
	[ 'session_unset k if=$uri always x;', qr/$arguments "session_unset"/ ],

	(map { my $name = $_; each_of("session_$name %s;",
		'unknown parameter "%s" in "session_' . (split / /, $name)[0]
		. '": ' . ($name eq 'destroy' ? '' : '"always", or ')
		. '"if=" and a condition is expected',
		'if=', 'if', 'unless=$uri', 'IF=$uri', 'word',
		$name eq 'destroy' ? 'always' : ('login', 'clear', 'Always'))
	} 'set k v', 'unset k', 'destroy'),
	each_of('session_regenerate %s;', 'unknown parameter "%s" in'
		. ' "session_regenerate": "login", "clear", "always", or "if="'
		. ' and a condition is expected', 'if=', 'if', 'Login', 'clear=1', 'login,clear'),
	each_of('session_regenerate %s %s;', 'duplicate parameter "%s" in'
		. ' "session_regenerate": it is expected once',
		qw/ login clear always if=$uri /),
	each_of('session_set k v %s %s;', 'duplicate parameter "%s" in'
		. ' "session_set": it is expected once', qw/ always if=$uri /),
	[ 'session_set "" v;', qr/invalid key "" in "\w+": UTF-8 text of 1 to/ ],
	[ 'session_unset "";', qr/invalid key "" in "\w+": UTF-8 text of 1 to/ ],
	[ 'session_header X-A "";', qr/invalid key "" in "\w+": UTF-8 text of 1 to/ ],
	[ "session_set \xff v;", qr/invalid key "\xff" in "\w+": UTF-8 text of 1 to/ ],
	[ "session_set " . 'k' x 3000 . ' v;', qr/invalid key "k+/ ],
	[ 'session_set k $nosuch;', qr/unknown "nosuch" variable/ ],
	[ 'session_set k v if=$nosuch;', qr/unknown "nosuch" variable/ ],
	[ 'session_set k ${uri;', qr/closing bracket in "uri" variable is miss/ ],

	each_of("session_header '%s' k;",
		'invalid header "%s" in "session_header": letters, digits, "-" and',
		'', 'X A', 'X:A', 'X.A', "X\xe9", "X\tA", 'X/A'),
	each_of('session_header %s k;',
		'header "%s" in "session_header" frames the request: another name',
		qw/ Host Connection Content-Length content_length Transfer-Encoding
		Upgrade TE Trailer Keep-Alive Proxy-Connection Expect Cookie /),
	each_of('session_header X-A a; session_header %s b;',
		'duplicate header "%s" in "session_header"', qw/ X-A x-a X_A /),

	each_of('session_save %s;', 'invalid value "%s" in "session_save":'
		. ' "wait" or "async" is expected', qw/ on Wait off /),
	[ 'session_save wait; session_save async;',
		qr/"session_save" .*duplicate/ ],
	each_of('session_on_error %s;', 'invalid value "%s" in "session_on_error":'
		. ' "pass" or "deny" is expected', qw/ on Deny off /),
	[ 'session_on_error pass; session_on_error deny;',
		qr/"session_on_error" .*duplicate/ ],
	map { [ $_, qr/"session_\w+" directive is not allowed here/ ] }
		'session_manager b { }', 'session_variable $a a;',
		'if ($uri) { session_set k v; }',
);

# what stands in a location without one

my @without = (
	[ 'session;', qr/$arguments "session"/ ],
	each_of('session %s;', 'unknown session manager "%s" in "session":'
		. ' "session_manager %s { ... }" is expected, or one of the known'
		. ' managers: "app" in ', qw/ b App /),
	each_of('session %s;', '"%s" in "session" stands behind the name of a'
		. ' manager: "session NAME %s" is expected, where NAME is one of the'
		. ' known managers: "app" in ', qw/ require optional phase=rewrite /),
	each_of('session off %s;', 'unknown parameter "%s" in "session":'
		. ' nothing is expected after "off"', qw/ require phase=access off /),
	each_of('session app %s;', 'unknown parameter "%s" in "session":'
		. ' "require", "optional", "phase=access", "phase=preaccess" or',
		qw/ required Require phase phase= phase=log phase=content off /),
	each_of('session %s app;', 'unknown parameter "app" in "session": "require"'
		. ', "optional", "phase=access", "phase=preaccess" or "phase=rewrite" is'
		. ' expected behind the name of the manager, which is "%s" here',
		qw/ require optional phase=rewrite /),
	each_of('session app %s %s;', 'duplicate parameter "%s" in "session"',
		qw/ require optional phase=access phase=rewrite /),
	[ 'session app require optional;', qr/duplicate parameter "optional" in/ ],
	map { my $words = $_; map { [ "$_ $words;",
		qr/"session_\w+" in location "\/" without a s/
	] } '', 'session off;' } 'session_require $uri', 'session_set k v',
		'session_unset k', 'session_destroy', 'session_regenerate',
		'session_revoke_all',
		'session_header X-A k', 'session_realm shop', 'session_save wait',
		'session_on_error pass',
);

# what stands in http {}

my @http = (
	each_of("session_variable '%s' k;", 'invalid variable name "%s" in'
		. ' "session_variable": "$name" is expected', 'a', '$', ''),
	each_of('session_variable $%s k;', 'variable "$%s" in "session_variable" is'
		. ' reserved: another name is expected', qw/ session_id session_status
		session_meta_id_hash session_meta_ttl session_meta_a session_meta_ /),
	each_of('session_variable $%s k;', 'variable "$%s" in "session_variable" is taken',
		qw/ uri host remote_addr /),
	[ 'session_variable $a a; session_variable $a a;',
		qr/variable "\$a" in "session_variable" is taken, by a module/ ],
	[ 'server { set $a b; } session_variable $a a;',
		qr/another name is expected, or this line in front of the "set"/ ],
	each_of("session_variable \$a '%s';", 'invalid path "%s" in'
		. ' "session_variable": up to 16 keys with a "." between them',
		'', '.', '.a', 'a.', 'a..b', join '.', 'a' .. 'q'),
	[ 'session_variable $a;', qr/$arguments "session_variable"/ ],
	[ 'session_variable $a a b;', qr/$arguments "session_variable"/ ],
);

my @good = (
	(map { "session app$_;" } '', ' require', ' optional', ' phase=access',
		' phase=preaccess', ' phase=rewrite require'),
	'session off;',
	'session_realm off; session_hide_cookie off; session_csrf off;',
	map { "session app; $_" }
		'session_require $uri $args error=400; session_require $host;',
		'session_require $uri error=599;',
		'session_set k $uri; session_set k "" if=$args; session_set k2 v;',
		'session_set "a key.x" v; session_set k ""; session_unset k;',
		"session_set \xc3\xa9 v; session_unset k if=\$uri\$args;",
		'session_destroy if=$args; session_destroy if=$uri; session_regenerate;',
		'session_regenerate login clear if=$uri; session_regenerate clear login;',
		'session_set k v always; session_set k v if=$uri always;',
		'session_unset k always if=$uri; session_regenerate always;',
		'session_header X-A a; session_header X-B a; session_header Te_X a;',
		'session_header Authorization a; session_header 1 a;',
		'session_save wait; session_on_error pass;',
);

my @good_http = map { "session_variable \$$_;" } 'a a', 'session_user user',
	'session_metal metal', 'b a.b.0', 'c ' . join '.', 'a' .. 'p';

refused($_->[0], $_->[1], "session app;\n$_->[0]") for @location;
refused($_->[0], $_->[1], $_->[0]) for @without;
refused($_->[0], $_->[1], '', $_->[0]) for @http;

good($_, $_) for @good;
good($_, '', $_) for @good_http;

$t->stop();
done_testing();

###############################################################################

sub lines {
	my ($location, $http) = @_;

	$http //= '';

	return "session_manager app {"
		. " secret_file %%TESTDIR%%/secret; memcached 127.0.0.1; }\n"
		. "$http\nserver { listen 127.0.0.1:%%PORT_0%%;\n"
		. "location / {\n$location\n} }\n";
}

###############################################################################
