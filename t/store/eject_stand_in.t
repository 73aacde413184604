#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "distribution ... eject": what a server that stands in says is no more than a
# look at what applications have put there.  Nothing is written there, nothing
# ends, and of a subject's record it is not believed.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Placed;
use Test::Session::Server;

###############################################################################

# writes of one server, more than the sessions that begin on the other one until
# nginx knows that the first is down

use constant FILL => 1000;

my $t = Test::Session->new();
my ($other, $own) = map { $t->memcached() } 0, 1;

$t->secret();

my ($managers, $locations) = ('', '');

for my $name (qw/ app error login /) {
	my $subject = $name eq 'app' ? '' : "subject user lost=$name;";

	$managers .= <<EOF;
    session_manager $name {
        secret_file   %%TESTDIR%%/secret;
        memcached     127.0.0.1:%%MC_0%%;
        memcached     127.0.0.1:%%MC_1%%;
        distribution  ketama_weighted eject;
        timeout       1s;
        cookie        sid secure=off;
        $subject
    }
EOF
	$locations .= <<EOF;
    location = /$name/new  { session $name; session_on_error pass;
                             session_set user "Ada\$arg_u"; return 204; }
    location = /$name/read { session $name phase=rewrite;
                             session_on_error pass;
                             return 200 \$session_status; }
EOF
}

$t->write_conf(<<"EOF");
$managers
server {
    listen  127.0.0.1:%%PORT_0%%;

    session_on_error deny;
$locations
    location = /app/user  { session app phase=rewrite;
                            return 200 "\$session_user \$session_a"; }
    location = /app/held  { session app; session_set a 1;
                            proxy_pass http://127.0.0.1:%%PORT_8%%; }
    location = /app/set   { session app; session_set user Eve; return 204; }
    location = /app/unset { session app; session_unset user; return 204; }
    location = /app/out   { session app; session_destroy; return 204; }
    location = /app/id    { session app; session_regenerate; return 204; }
    location = /app/login { session app; session_regenerate login;
                            session_set user Eve; return 204; }
    location = /error/all { session error; session_revoke_all; return 204; }
    location = /login/all { session login; session_revoke_all; return 204; }
}
EOF

my $go = $t->testdir() . '/go';

$t->run_daemon('127.0.0.1:' . port(8), sub {
	accept_each($_[0], sub {
		my ($client) = @_;

		request_head($client);
		$t->write_file('held', '');
		wait_until { -e $go };
		print $client "HTTP/1.0 204 No Content\r\n\r\n";
	});
});

$t->run();

###############################################################################

my $jar;

do { $jar = begun('/app/new') } until $own->live();

my ($key) = $own->live();
my $bob = $own->get($key) =~ s/Ada/Bob/r;

down($t, $own, '/app/new');

is(status_of('/app/read', $jar), 'EXPIRED', 'a session without its server');

$other->set($key, $bob);
is(status_of('/app/user', $jar), 'Bob ', 'what an application puts is found');

for my $uri (qw/ set unset out id login /) {
	my $r = http_get("/app/$uri", cookie => $jar->header());

	is($r->status(), 503, "$uri: it fails");
	ok(!defined $r->header('Set-Cookie'), "$uri: no cookie");
	is($other->get($key), $bob, "$uri: and nothing is written");
}

up($t, $own);

is(status_of('/app/user', $jar), 'Ada ', 'its server is back, with its record');

# a request that finds the one, and is to write when its server is back, where
# the record has the same version

$own->set('filler', 1) for 1 .. FILL;
$own->set($key, $own->get($key));
my $version = cas($own, $key);

down($t, $own, '/app/new');
$other->set('filler', 1);
$other->set('filler', 1) while cas($other, 'filler') < $version - 1;
$other->set($key, $bob);
is(cas($other, $key), $version, 'two records of one version');

my $held = http_start(http_request('/app/held', cookie => $jar->header()));

ok(wait_until { -e $t->testdir() . '/held' }, 'a request found the one');
up($t, $own);
$t->write_file('go', '');
is(http_end($held)->status(), 204, 'its server is back');
is(status_of('/app/user', $jar), 'Ada 1', 'it changed the record there');

# subjects

for my $name (qw/ error login /) {
	my ($user, $jar) = apart($name);
	my ($record) = grep { /^$name:.*~/ } $own->keys();
	my $told = $own->get($record);

	is(status_of("/$name/read", $jar), 'HIT', "$name: two servers");

	down($t, $own, "/$name/new?u=$user");

	is(status_of("/$name/read", $jar), 'ERROR',
		"$name: a record whose server is down is not missing");

	$other->set($record, $told);

	is(status_of("/$name/read", $jar), 'ERROR',
		"$name: and one in another place is not believed");
	is(http_get("/$name/all", cookie => $jar->header())->status(), 503,
		"$name: nor written over");
	is($other->get($record), $told, "$name: it stays as it is");

	$own->cont();
	ok(wait_until { status_of("/$name/read", $jar) eq 'HIT' },
		"$name: its server is back");
}

$t->stop();
done_testing();

###############################################################################

sub cas {
	my ($mc, $key) = @_;

	return $mc->mg($key, 'c')->{flags}{c};
}

# a user whose record is on the one server, and the session on the other

sub apart {
	my ($name) = @_;

	for my $n (1 .. 100) {
		$_->flush() for $own, $other;

		my $jar = begun("/$name/new?u=$n");

		return ($n, $jar) if (grep { /^$name:.*~/ } $own->keys())
			&& grep { /^$name:[^~]*$/ } $other->keys();
	}

	die "no such user\n";
}

###############################################################################
