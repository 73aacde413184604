#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A login that is too old for session_fresh is told of at the log's default level,
# once a second.  A visitor whom "session NAME require" or session_fresh refuses
# has to log in first, which is told at info.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Life;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

my $secret = 's' x 32;
my $life = Test::Session::Life->new($mc, $secret);
$t->secret('secret', $secret);

use constant OLD => (3600, 600);    # a session that began an hour ago

# what a location says, the cookie that comes, what the log says; each with a
# manager of its own, as one tells of one refusal a second

my @cases = (
	[ 'session %s require;', sub { },
		'[info] 401 by "session %s require": $session_status is NONE' ],
	[ 'session %s require;', sub { "$_[0]=forged" },
		'[info] 401 by "session %s require": $session_status is FORGED' ],
	[ 'session %s require;', \&lost,
		'[info] 401 by "session %s require": $session_status is EXPIRED' ],
	[ 'session %s; session_fresh 15m;', sub { },
		'[info] 401 by "session_fresh": no login in the last 900 s,'
			. ' $session_status is NONE' ],
	[ 'session %s; session_fresh 15m;', sub { $life->begin($_[0], OLD) },
		'[info] 401 by "session_fresh": no login in the last 900 s,'
			. ' $session_status is HIT' ],
	[ 'session %s; session_fresh 15m;', \&stale,
		'[error] 401 by "session_fresh": no login in the last 900 s,'
			. ' $session_status is HIT' ],
	[ 'session %s; session_fresh 15m error=403;', \&stale,
		'[error] 403 by "session_fresh": no login in the last 900 s,'
			. ' $session_status is HIT' ],
	[ 'session %s; session_fresh 15m; satisfy any; deny all;', \&stale,
		'[info] 401 by "session_fresh": no login in the last 900 s,'
			. ' $session_status is HIT' ],
);

my @names = map { "m$_" } 0 .. $#cases;
my $managers = join '', map { "session_manager $_ { %%MANAGER_$_%% }\n" } @names;
my $locations = join '', map { my $n = $_;
	"location = /$n { " . $cases[$n][0] =~ s/%s/$names[$n]/r
		. " try_files /none =204; }\n" } 0 .. $#cases;

$t->write_conf(<<"EOF");
$managers
server {
    listen  127.0.0.1:%%PORT_0%%;

    $locations
}
EOF

$t->run();

for my $n (0 .. $#cases) {
	my ($lines, $cookie, $expected) = @{$cases[$n]};
	my ($level, $status, $text) = $expected =~ s/%s/$names[$n]/gr
		=~ /^(\S+) (\d+) (.*)/;

	my @cookie = map { (cookie => $_) } $cookie->($names[$n]);

	is(http_get("/$n", @cookie)->status(), $status, "$lines: $status");
	is(told($names[$n]), "$level session: request for \"$names[$n]\" was refused"
		. " with $status $text", 'is told');
}

# no two of them in one second

my $cookie = stale('m5');
http_get('/5', cookie => $cookie) for 1 .. 20;

my @seconds = $t->read_log() =~ /^(\S+ \S+) .* request for "m5" was refused/mg;
is(scalar(keys %{{ map { $_ => 1 } @seconds }}), scalar @seconds,
	'it is told once a second');

$t->stop();
done_testing();

###############################################################################

sub lost {
	my ($name) = @_;

	my $lost = $life->begin($name, OLD);
	$mc->flush();

	return $lost;
}

sub stale {
	my ($name) = @_;

	return $life->begin($name, OLD, login => 1000);
}

# level and text of what the log has of a manager's refusals

sub told {
	my ($name) = @_;

	return join "\n", map { s/^.*?(\[\w+\]) .*?(session: .*?), client: .*/$1 $2/r }
		grep { /request for "$name" was refused/ } split /\n/, $t->read_log();
}

###############################################################################
