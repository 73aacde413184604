#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in session_csrf fail nginx -t; what is inherited.

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

my $is = 'in "session_csrf":';
my $without = '"session_csrf" in location "/" without a'
	. ' session:';

# what stands in the location; what nginx says; what stands in the server

my @bad = (
	[ 'session app; session_csrf;',
		'invalid number of arguments in "session_csrf"' ],
	[ 'session app; session_csrf on header=a field=b error=400 field=c;',
		'invalid number of arguments in "session_csrf"' ],
	(map { [ "session app; session_csrf $_;",
		"invalid value \"$_\" $is \"on\" or \"off\" is expected" ] }
		qw/ On yes header=X 1 /),
	(map { [ "session app; session_csrf $_;",
		'"session_csrf" directive is duplicate' ] }
		'on; session_csrf on', 'on; session_csrf off', 'off; session_csrf on'),
	(map { [ "session app; session_csrf off $_;",
		"unknown parameter \"$_\" $is nothing is expected after \"off\"" ] }
		qw/ field=a on /),
	(map { [ "session app; session_csrf on $_;", "unknown parameter \"$_\" $is"
		. ' "header=" or "field=" and a name, or "error=" and a status is' ] }
		qw/ field Field=a cookie=a on error /),
	(map { [ "session app; session_csrf on $_;", "invalid parameter \"$_\" $is"
		. ' "error=" and a status from 400 to 599, but 444 and 499, is' ] }
		qw/ error= error=200 error=444 error=499 error=600 error=x /),
	(map { [ "session app; session_csrf on $_ $_;",
		"duplicate parameter \"$_\" $is it is expected once" ] }
		qw/ header=X field=a error=400 /),
	(map { [ "session app; session_csrf on 'field=$_';",
		"invalid field \"$_\" $is letters, digits, \"_\", \"-\", \".\"" ] }
		'', 'a b', 'a"', 'a=b', "\xc3\xa4", 'a&b', 'a%'),
	(map { [ "session app; session_csrf on 'header=$_';",
		"invalid header \"$_\" $is letters, digits, \"-\" and" ] }
		'', 'X A', 'X:A', "X\xe9"),
	(map { [ "session app; session_csrf on header=$_;",
		"header \"$_\" $is frames the request: another name is expected"
			=~ s/ in "session_csrf":/ in "session_csrf"/r ] }
		qw/ Host cookie Content_Length /),
	[ 'session app; session_csrf on; session_header X_CSRF_Token k;',
		'"session_csrf" in location "/" wants the client\'s header'
		. ' "X-CSRF-Token", which "session_header" or a similar directive'
		. ' removes: another name is expected' ],
	[ 'session_csrf on;', $without ],
	[ 'session off; session_csrf on;', $without ],
	[ '', '"session_csrf" of a level above is lost in location "/"',
		'session_csrf on;' ],
	[ 'if ($uri) { session_csrf on; }', 'directive is not allowed here' ],
	[ 'session app; set $session_csrf 1;', 'the duplicate "session_csrf" variable' ],
);

my @good = (
	[ 'session app; session_csrf on;' ],
	[ 'session app; session_csrf off;' ],
	[ 'session_csrf off;' ],
	[ 'session app; session_csrf on field=a[b].c-d_e header=X_Y-z;' ],
	[ 'session app; session_csrf on header=X field=a;',
		'session_csrf on header=Y;' ],
	[ 'session app; session_csrf on error=422 header=X field=a;' ],
	[ 'session app;', 'session_csrf on;' ],
	[ 'session off;', 'session app; session_csrf on;' ],
	[ 'session_csrf off;', 'session_csrf on;' ],
);

for (@bad) {
	my ($location, $message, $server) = @$_;
	my ($good, $output) = check($location, $server);

	ok(!$good, 'refused: ' . ($server // '') . $location);
	like($output, qr/\[emerg\] .*\Q$message\E/,
		'it says why');
}

for (@good) {
	my ($good, $output) = check(@$_);

	ok($good, "good: $$_[0] " . ($$_[1] // '')) or diag($output);
}

my ($good, $output) = check('', '', 'session_variable $session_csrf a;');
ok(!$good, 'the variable is reserved');
like($output, qr/"\$session_csrf" in "session_variable" is reserved/,
	'it says so');

done_testing();

###############################################################################

sub check {
	my ($location, $server, $http) = @_;

	return $t->check_http(<<"EOF");
@{[ $http // '' ]}

session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:11211;
    cookie       app secure=off;
}

server {
    listen  127.0.0.1:%%PORT_0%%;
    @{[ $server // '' ]}

    location / { $location }
}
EOF
}

###############################################################################
