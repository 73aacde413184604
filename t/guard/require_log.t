#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Whom session_require refuses in spite of a session is told at the log's default
# level, by the name of what was looked at.  A visitor who has to log in first is
# told of at info.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

$t->memcached();
$t->secret();

# lines of a location; what the log says of a session that has a role

my @cases = (
	[ 'session_require $session_user $session_role;',
		'[error] 403 "$session_user" is empty or false' ],
	[ 'session_require $session_role $session_user error=404;',
		'[error] 404 "$session_user" is empty or false' ],
	[ 'session_require $session_role; session_require $session_role = admin;',
		'[error] 403 "$session_role" has another value' ],
	[ 'session_require $session_role in admin editor;',
		'[error] 403 "$session_role" has another value' ],
	[ 'session_require $session_role != the-role;',
		'[error] 403 "$session_role" has the value that is excluded' ],
	[ 'session_require $session_role ~ ^ad;',
		'[error] 403 "$session_role" does not match' ],
	[ 'session_require $session_user = admin;',
		'[error] 403 "$session_user" is empty' ],
	[ 'session_require "$session_role:$arg_a" = admin:x;',
		'[error] 403 "$session_role:$arg_a" has another value' ],

	# the login's work, and that of another module

	[ 'session_require $session_user error=401;',
		'[info] 401 "$session_user" is empty or false' ],
	[ 'satisfy any; deny all; session_require $session_user;',
		'[info] 403 "$session_user" is empty or false' ],
);

# a manager for each, since one manager tells of one refusal a second

my ($managers, $locations) = ('', '');

for my $n (0 .. $#cases) {
	$managers .= "session_manager m$n { %%MANAGER_sid$n%% }\n";
	$locations .= "location /$n/ { session m$n; $cases[$n][0]"
		. " try_files /none =204; }\n"
		. "location /$n/begin { session m$n; session_set role the-role;"
		. " return 204; }\n";
}

$t->write_conf(<<"EOF");
$managers
server {
    listen  127.0.0.1:%%PORT_0%%;

    $locations
}
EOF

$t->run();

for my $n (0 .. $#cases) {
	my ($lines, $expected) = @{$cases[$n]};
	my ($level, $status, $text) = $expected =~ /^(\S+) (\d+) (.*)/;

	# a visitor comes first: the other one would hide a second line

	is(http_get("/$n/")->status(), $lines =~ /!=/ ? 204 : $status,
		"$lines: a visitor");
	unlike(told($n), qr/\[error\]/, 'is no error');

	my $cookie = http_get("/$n/begin")->cookie("sid$n");

	is(http_get("/$n/?a=secret", cookie => "sid$n=$cookie")->status(),
		$status, 'a session');
	like(told($n), qr/^\Q$level session: request for "m$n" was refused with\E
		\ \Q$status by "session_require": $text\E$/mx, 'is told');
}

unlike($t->read_log() =~ s/, client: .*//mgr, qr/the-role|secret/,
	'no value is told');

$t->stop();
done_testing();

###############################################################################

# level and text of what the log has of a manager's refusals

sub told {
	my ($n) = @_;

	return join "\n", map { s/^.*?(\[\w+\]) .*?(session: .*?), client: .*/$1 $2/r }
		grep { /request for "m$n" was refused/ } split /\n/, $t->read_log();
}

###############################################################################
