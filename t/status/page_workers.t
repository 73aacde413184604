#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_status_page with several workers: all count together; what a worker
# had under way ends with it; counters stay when it dies and when nginx
# reloads; servers that go and come.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Relay;
use Test::Session::Status;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();
my $conf = $t->conf(<<'EOF', main => 'worker_processes  2;');
session_manager app { %%MANAGER_app%% }

session_manager slow { %%RELAYED_slow%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    location /         { session app; session_set a $arg_a if=$arg_a;
                         empty_gif; }
    location /slow     { session slow; session_set a $arg_a if=$arg_a;
                         empty_gif; }
    location = /status { session_status_page; }
}
EOF

$t->write_file_expand('nginx.conf', $conf);
$t->run();

###############################################################################

ok(wait_until { workers('app') == 2 }, 'two workers');
my @workers = workers('app');
is_deeply([sort map { $_->{pid} } @workers], [sort $t->worker_pids()],
	'by their pids');
is(join(' ', map { $_->{state} } @workers), 'up up', 'the server is up');

my $cookie = http_get('/?a=1')->cookie('app');

ok(wait_until { load(); 2 == grep { $_->{connections} == 1 } workers('app') },
	'both are at work');
ok(wait_until { load(); counters('app')->{'cookies.verified'} == 2 },
	'and each has verified the cookie, also that which has begun the session');
added('app', 'their requests together', sub { load() for 1 .. 40 },
	'loads.hit' => 40, get => 40, 'cookies.known' => 40);

###############################################################################

# workers are killed with an operation in flight

my $slow = http_get('/slow?a=1')->cookie('slow');
my $n = $relay->count(qr/^ms /);
$relay->shut(qr/^ms /);
my $socket = http_start(http_request('/slow?a=2', cookie => "slow=$slow"));
ok($relay->wait_for(qr/^ms /, $n + 1), 'a save is in flight');
is(status('slow')->{store_in_flight}, 1, 'which is told');

my $before = { app => counters('app'), slow => counters('slow') };
my %killed = map { $_ => 1 } $t->worker_pids();
$t->expect_alert(qr/exited on signal 9/);
kill 'KILL', keys %killed;
ok(wait_until { my @pids = $t->worker_pids();
	@pids == 2 && !grep { $killed{$_} } @pids }, 'the workers are killed');
ok(wait_until { workers('app') == 2 }, 'there are others');
$relay->open_gate();

is_deeply([sort map { $_->{pid} } workers('app')], [sort $t->worker_pids()],
	'those who live are told');
is(status('slow')->{store_in_flight}, 0, 'nothing is in flight');
is_deeply(counters($_), $before->{$_}, "$_: counters stay") for qw/ app slow /;
is(join(' ', map { $_->{connections} } workers('app')), '0 0',
	'no connections yet');

added('slow', 'the next save', sub {
	http_get('/slow?a=3', cookie => "slow=$slow") },
	'loads.hit' => 1, get => 1, set => 1, 'saves.saved' => 1,
	'cookies.verified' => 1);

###############################################################################

# a reload: counters stay, unless managers or servers are others

$before = counters('app');
my $since = started();
ok($t->reload() && $t->old_workers_gone(), 'reloaded');
is_deeply(counters('app'), $before, 'counters go on');
is(started(), $since, 'since when they did');
ok(wait_until { workers('app') == 2 }, 'two workers, not four');

$n = $relay->count(qr/^mg /);
$relay->shut(qr/^mg /);
$socket = http_start(http_request('/slow', cookie => "slow=$slow"));
ok($relay->wait_for(qr/^mg /, $n + 1), 'a load is in flight');
ok($t->reload(), 'reloaded meanwhile');
ok(wait_until { workers('slow') == 3 }, 'the old worker is still told');
is(status('slow')->{store_in_flight}, 1, 'with what it waits for');
$relay->open_gate();
is(http_end($socket)->status(), 200, 'it has answered');
ok($t->old_workers_gone(), 'and gone');
is(status('slow')->{store_in_flight}, 0, 'nothing is in flight');

$conf =~ s/(?=^session_manager slow)/session_manager more {
	secret_file %%TESTDIR%%\/secret; memcached 127.0.0.1; }\n/m;
$t->write_file_expand('nginx.conf', $conf);
ok($t->reload() && $t->old_workers_gone(), 'reloaded with another manager');
is_deeply([grep { $_ } values %{counters($_)}], [], "$_: counters are 0")
	for qw/ app slow more /;

###############################################################################

# the store fails

ok(wait_until { load(); 2 == grep { $_->{connections} == 1 } workers('app') },
	'both have a connection');
my ($up) = sort { $b <=> $a } map { $_->{since} } workers('app');
wait_until { time() > $up };
my $killed = time();

$mc->kill_now();
ok(wait_until { load(); 2 == grep { $_->{state} eq 'down' } workers('app') },
	'a server that is killed is down to both');
is(join(' ', map { $_->{connections} } workers('app')), '0 0',
	'there is no connection');
is(scalar(grep { $_->{since} < $killed } workers('app')), 0, 'since then');

my $status = status('app');
my $errors = 0;
$errors += $_ for values %{$status->{store_errors}};
is($status->{loads}{error}, $errors, 'each load met an error');
is($status->{store_in_flight}, 0, 'nothing is in flight');

added('app', 'while it is down', sub { load() for 1 .. 10 },
	'loads.error' => 10, 'store_errors.down' => 10,
	'cookies.known' => 10);
added('app', 'a save while it is down', sub {
	http_get('/?a=4', cookie => "app=$cookie") },
	'loads.error' => 1, 'saves.store' => 1, 'store_errors.down' => 1,
	'cookies.known' => 1);

$mc->start();
ok(wait_until { 2 == grep { $_->{state} eq 'up' } workers('app') },
	'it is up again, by probes alone');
is(join(' ', map { $_->{connections} } workers('app')), '1 1',
	'the connections of the probes');

done_testing();

###############################################################################

sub load { return http_get('/', cookie => "app=$cookie") }

sub started {
	my ($since) = http_get('/status')->body() =~ /^\{"since":(\d+),/;

	return $since;
}

###############################################################################
