#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/containers.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Browser;
use Test::Session::Dns;
use Test::Session::Guide;

###############################################################################

# of them one in four has both records in the memcached that stays

use constant USERS => 60;

my $t = Test::Session->new();
my $dns = Test::Session::Dns->new($t);

my @pods = map {
	Test::Session::Guide->new('containers', name => "pod $_",
		resolver => '127.0.0.1:' . $dns->port(), $_ == 1 ? (t => $t) : ())
} 1, 2;

my $port = $pods[0]->at('memcached.default.svc.cluster.local:11211');
my @mc = map { $t->memcached(address => "127.0.0.$_:$port") } 1, 2;

$dns->answer('127.0.0.1', '127.0.0.2');

$pods[0]->application('application:8000');
$_->run() for @pods;

# sessions in both memcacheds, for both pods

my @users = map { {} } 1 .. USERS;

for my $n (0 .. $#users) {
	ok(wait_until { login($users[$n], "user$n") }, "user $n logs in");
}

is(states(0), '200 ' x USERS, 'they are logged in');
is(states(1), '200 ' x USERS, 'in the other pod, too');

my @sessions = map { scalar grep { !/~/ } $_->keys() } @mc;
is($sessions[0] + $sessions[1], USERS, 'their sessions');
cmp_ok($sessions[0] * $sessions[1], '>', 0, 'are in both memcacheds');

# a memcached that goes

$dns->answer('127.0.0.1');
$mc[1]->kill_now();

ok(wait_until { states(0) !~ /503/ }, 'DNS knows of one only');

my $left = () = states(0) =~ /200/g;
cmp_ok($left, '<', $sessions[0],
	'users are logged out, also some whose own record is there');
cmp_ok($left, '>', 0, 'others are not');
ok(wait_until { login($_, 'again') }, 'one logs in again') for $users[0];

is(get('/ready')->status(), 204, 'ready');
$mc[0]->kill_now();
is(get('/ready')->status(), 204, 'without memcached, too');
like(get('/session-status')->body(), qr/"app"/, 'figures');

# who may read the secret

my $secret = $t->testdir() . '/run/secrets/session.key';

chmod 0644, $secret;
like($pods[0]->warnings($pods[0]->conf()), qr/session\.key/,
	'a secret that everyone can read');
chmod 0400, $secret;
is($pods[0]->warnings($pods[0]->conf()), '', 'and one that root reads');

done_testing();

###############################################################################

# cookies are Secure; who ends TLS is not there

sub get {
	my ($path, $pod, %extra) = @_;

	return http_get($path, port => $pods[$pod || 0]->at(8080), %extra);
}

sub login {
	my ($user, $name) = @_;

	my $r = get('/login', 0, body => "user=$name&password=right");

	return $user->{cookie} = $r->cookie('__Host-sid');
}

sub states {
	my ($pod) = @_;

	return join '', map { get('/account/', $pod,
		cookie => "__Host-sid=$_->{cookie}")->status() . ' ' } @users;
}

###############################################################################
