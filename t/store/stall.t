#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# memcached stalls (SIGSTOP), and answers late: requests cost at most the
# timeout, then fail at once; commands sent to a server that is down are told
# by its own account.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Relay;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% timeout 300ms; }

session_manager slow {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_1%%;
    timeout      300ms;
    cookie       slow secure=off;
}

add_header  X-Status $session_status always;
add_header  X-Error $session_meta_error always;

server {
    listen       127.0.0.1:%%PORT_0%%;
    session      app;
    location /          { session_set a $request_id; return 200 "text\n"; }
    location /require   { session app require; empty_gif; }
    location /load      { empty_gif; }
    location /empty     { session off; empty_gif; }
}

server {
    listen       127.0.0.1:%%PORT_1%%;
    session      slow;
    location /          { session_set a $request_id; return 200 "text\n"; }
    location /load      { empty_gif; }
    location /deny      { session_set a $request_id;
                          session_on_error deny; empty_gif; }
}
EOF

$t->run();

###############################################################################

my ($jar, $slow) = (cookie_jar(), cookie_jar());
my $port = port(1);

http_get('/', jar => $jar);
http_get('/', jar => $slow, port => $port);

# a stopped server: connections are made, nothing is answered

$mc->stop();

my $r = http_get('/load', jar => $jar);
is($r->status(), 200, 'stopped: served');
is($r->header('X-Status'), 'ERROR', 'stopped: without the session');
is($r->header('X-Error'), 'memcached timed out', 'stopped: timed out');

# the connection had been good: a new one has to show that the server is not

is(http_get('/load', jar => $jar)->header('X-Error'), 'memcached timed out',
	'stopped: timed out on a new connection');

my @errors = map { $_->header('X-Error') } http_pipeline([
	(http_request('/load', jar => $jar)) x 200]);
is(scalar(grep { $_ eq 'memcached is down' } @errors), 200,
	'stopped: those that follow fail at once');
is(http_get('/require', jar => $jar)->status(), 503, 'stopped: 503');
is(http_get('/empty')->status(), 200, 'stopped: others go on');
is(http_get('/', jar => $jar)->header('Set-Cookie'), undef,
	'stopped: the cookie stays');

ok($t->wait_for_log(qr/is still down/, count => 2), 'probes go on');
is($t->log_count(qr/\[error\].*memcached "127/), 2,
	'what failed with the connection and the outage are told once each');

$mc->cont();
ok(wait_until { http_get('/load', jar => $jar)->header('X-Status') eq 'HIT' },
	'it goes on: found by a probe, with the session');
is(http_get('/require', jar => $jar)->status(), 200, 'it goes on: served');

###############################################################################

# a load without an answer: then no command but probes

my $n = $relay->count(qr/./);

$relay->shut(qr/^mg /);
$r = http_get('/load', jar => $slow, port => $port);
is($r->header('X-Error'), 'memcached timed out', 'a load without an answer');
$r = http_get('/load', jar => $slow, port => $port);
is($r->header('X-Error'), 'memcached timed out',
	'nor has it one on a new connection');
@errors = map { $_->header('X-Error') } http_pipeline([
	(http_request('/load', jar => $slow)) x 200], port => $port);
is(scalar(grep { $_ eq 'memcached is down' } @errors), 200, 'no other load is tried');
$relay->open_gate();
ok(recovered(), 'the server answers again');
my @commands = (grep { !/^mn/ } $relay->fake()->commands())[$n .. $n + 2];
is(scalar(grep { defined $_ && /^mg / } @commands), 3,
	'it was sent the first two loads, and the one after');
cmp_ok($relay->count(qr/^mg /), '<', 50, 'and none of the 200');

# a save without an answer: pass, and deny

for (['/', 200], ['/deny', 503]) {
	my ($uri, $status) = @$_;

	$relay->shut(qr/^ms /);
	my $socket = http_start(http_request($uri, jar => $slow), port => $port);
	$r = http_end($socket);
	is($r->status(), $status, "$uri: a save without an answer");
	is($r->header('Set-Cookie'), undef, "$uri: the cookie stays");
	is(http(http_request('/load'), socket => $socket)->status(), 200,
		"$uri: the connection is of use");
	$relay->open_gate();
	ok(recovered(), "$uri: the server answers again");
}

ok($t->log_count(qr/\[error\].*changes of "slow" were not saved: .*timed out/),
	'what was not saved is logged');

# several requests wait for the same answer

$relay->shut(qr/^mg /);
my @sockets = map { http_start(http_request('/load', jar => $slow),
	port => $port) } 1 .. 50;
my %status = map { http_end($_)->header('X-Status') => 1 } @sockets;
is(join(' ', keys %status), 'ERROR', 'all that wait are let go');
$relay->open_gate();
ok(recovered(), 'the server answers again');

done_testing();

###############################################################################

sub recovered {
	return wait_until { http_get('/load', jar => $slow, port => $port)
		->header('X-Status') eq 'HIT' };
}

###############################################################################
