#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in the directives about limits fail nginx -t with the directive,
# the word and what was expected.

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
check_with($t, \&lines);

# what stands in a manager's block, what nginx says

my @manager = (
	(map { [ "session_level $_;", "invalid value \"$_\" in \"session_level\": "
		. '"aal1", "aal2" or "aal3" is expected' ] } qw/ AAL1 aal aal4 1 /),
	[ 'session_level aal1; session_level aal1;',
		'"session_level" directive is duplicate' ],
	[ 'session_level;', 'invalid number of arguments in "session_level"' ],

	[ 'session_level aal1; absolute_timeout 31d;',
		longer('absolute_timeout', 31 * 86400, 30 * 86400, 'aal1') ],
	[ 'absolute_timeout 25h; session_level aal2;',
		longer('absolute_timeout', 25 * 3600, 24 * 3600, 'aal2') ],
	[ 'session_level aal2; idle_timeout 61m;',
		longer('idle_timeout', 3660, 3600, 'aal2') ],
	[ 'session_level aal3; absolute_timeout 13h;',
		longer('absolute_timeout', 13 * 3600, 12 * 3600, 'aal3') ],
	[ 'session_level aal3; idle_timeout 16m;',
		longer('idle_timeout', 960, 900, 'aal3') ],
	[ 'session_level aal1; idle_timeout 31d;', '"idle_timeout" of 2678400 s in'
		. ' session_manager "app" exceeds "absolute_timeout" of 2592000 s' ],
	[ 'session_level aal2; idle_timeout 40m; absolute_timeout 30m;',
		'"idle_timeout" of 2400 s in session_manager "app" exceeds'
		. ' "absolute_timeout" of 1800 s' ],

	(map { [ "anonymous_timeout $_;", "invalid value \"$_\" in"
		. ' "anonymous_timeout": a time from 1s to 3650d is expected' ]
	} qw/ 0 -1 x 10ms 3651d /),
	[ 'anonymous_timeout 1m; anonymous_timeout 1m;',
		'"anonymous_timeout" directive is duplicate' ],
	[ 'anonymous_timeout 31m;', '"anonymous_timeout" of 1860 s in'
		. ' session_manager "app" exceeds "idle_timeout" of 1800 s' ],
	[ 'anonymous_timeout 6m; idle_timeout 5m;', '"anonymous_timeout" of 360 s'
		. ' in session_manager "app" exceeds "idle_timeout" of 300 s' ],
	[ 'session_level aal3; anonymous_timeout 16m;', '"anonymous_timeout" of'
		. ' 960 s in session_manager "app" exceeds "idle_timeout" of 900 s' ],
);

my @manager_good = map { "$_;" } 'session_level aal1', 'session_level aal2',
	'session_level aal3; idle_timeout 15m; absolute_timeout 12h',
	'session_level aal1; idle_timeout 30d; absolute_timeout 30d',
	'session_level aal2; absolute_timeout 1m', 'anonymous_timeout 30m',
	'session_level aal2; anonymous_timeout 1h';

# what stands in a location

my @location = (
	(map { [ "session_fresh $_;", "invalid value \"$_\" in \"session_fresh\":"
		. ' a time from 1s to 3650d or "off" is expected' ]
	} qw/ 0 -1 x 10ms 3651d on /),
	[ 'session_fresh;', 'invalid number of arguments in "session_fresh"' ],
	(map { [ "session_fresh $_;", '"session_fresh" directive is duplicate' ] }
		'1m; session_fresh 1m', 'off; session_fresh 1m',
		'1m; session_fresh off', 'off; session_fresh off'),
	(map { [ "session_fresh 1m $_;", "invalid parameter \"$_\" in"
		. ' "session_fresh": "error=" and a status from 400 to 599, but' ]
	} qw/ 401 error= error=200 error=444 error=499 error=600 error=x s=401 /),
	[ 'session_fresh off error=401;', 'unknown parameter "error=401" in'
		. ' "session_fresh": nothing is expected after "off"' ],

	(map { [ "session_no_touch $_;", "invalid value \"$_\" in"
		. ' "session_no_touch": "on" or "off" is expected' ] }
		qw/ yes On if=1 /),
	[ 'session_no_touch;', 'invalid number of arguments in "session_no_to' ],
	[ 'session_no_touch on; session_no_touch off;',
		'"session_no_touch" directive is duplicate' ],
	(map { [ "session_no_touch on $_;", "unknown parameter \"$_\" in"
		. ' "session_no_touch": "if=" and a condition is expected' ]
	} 'if=', 'unless=$uri', '$uri'),
	[ 'session_no_touch on if=$nosuch;', 'unknown "nosuch" variable' ],
	[ 'session_no_touch off if=$uri;', 'unknown parameter "if=$uri" in'
		. ' "session_no_touch": nothing is expected after "off"' ],

	(map { [ "session_recheck $_;", "invalid value \"$_\" in"
		. ' "session_recheck": a time from 100ms to 1d or "off" is expected' ]
	} qw/ 0 -1 x 99ms 25h on /),
	[ 'session_recheck;', 'invalid number of arguments in "session_recheck"' ],
	[ 'session_recheck off off;', 'invalid number of arguments in "session_r' ],
	(map { [ "session_recheck $_;", '"session_recheck" directive is duplicate' ]
	} '1m; session_recheck off', 'off; session_recheck 1m',
		'off; session_recheck off'),

	(map { [ "session tornado; session_fresh 1m$_;", '"session_fresh" with'
		. ' session_manager "tornado": profile "tornado" does not know the time'
		. ' of a login' ] } '', ' error=403'),
	(map { my ($name) = /^(\w+)/; map {
		[ $_, "\"$name\" in location \"/\" without a"
			. ' session: ' ]
	} "$_;", "session off; $_;" } 'session_fresh 1m', 'session_no_touch on',
		'session_recheck 1m'),
);

my @location_good = map { "session app; $_;" } 'session_fresh 15m',
	'session_fresh off', 'session_fresh 1s error=403',
	'session_no_touch on', 'session_no_touch off',
	'session_no_touch on if=$uri', 'session_recheck 100ms',
	'session_recheck 1d', 'session_recheck off';

for my $case (@manager) {
	refused($case->[0], qr/\Q$case->[1]\E/, $case->[0], 'session app;');
}

for my $case (@location) {
	my ($words, $said) = @$case;
	my $alone = $said =~ /session_manager|without/;

	refused($words, qr/\Q$said\E/, '',
		$alone ? $words : "session app; $words");
}

refused('session_fresh of the server, no session',
	qr/"session_fresh" of a level above is lost in location "\/", which/,
	'', '', 'session_fresh 1m;');

good($_, $_, 'session app;') for @manager_good;
good($_, '', $_) for @location_good;
good('session_fresh of the server, session off',
	'', 'session off;', 'session_fresh 1m;');
good('profile tornado, session_fresh off',
	'', 'session tornado; session_fresh off;', 'session_fresh 1m;');

$t->stop();
done_testing();

###############################################################################

sub longer {
	my ($name, $written, $limit, $level) = @_;

	return "\"$name\" of $written s in session_manager \"app\" exceeds the"
		. " $limit s of \"session_level $level\"";
}

sub lines {
	my ($manager, $location, $server) = @_;

	$server //= '';

	return "session_manager app {"
		. " secret_file %%TESTDIR%%/secret; memcached 127.0.0.1; $manager }\n"
		. "session_manager tornado { profile tornado; secret_file secret;"
		. " cookie_secret_file secret; memcached 127.0.0.1; }\n"
		. "server { listen 127.0.0.1:%%PORT_0%%;\n$server\n"
		. "location / {\n$location\n} }\n";
}

###############################################################################
