#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Reloads under load, and with operations in flight: no request is lost, what
# is being saved is saved, and no old worker stays.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Relay;

###############################################################################

use constant {
	CLIENTS => 4,
	REQUESTS => 500,	# of each client
	RELOADS => 5,
};

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();
my $conf = $t->conf(<<'EOF', main => 'worker_processes  2;');
session_manager app { %%MANAGER_sid%% }

session_manager slow { %%RELAYED_slow%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    location /        { session app; session_set n $arg_n;
                        add_header X-Old $session_n; empty_gif; }
    location /wait    { session slow; session_set n $arg_n;
                        return 200 "waited\n"; }
    location /async   { session slow; session_set n $arg_n;
                        session_save async; return 200 "async\n"; }
}
EOF

$t->write_file_expand('nginx.conf', $conf);
$t->run();

###############################################################################

my @clients = map { client($_) } 1 .. CLIENTS;
my $reloads = grep { $t->reload() } 1 .. RELOADS;
waitpid($_, 0) for @clients;

is($reloads, RELOADS, 'reloaded');
is($t->read_file("client.$_"), REQUESTS . " served, record is right\n",
	"client $_ lost no request") for 1 .. CLIENTS;
ok($t->old_workers_gone(), 'the old workers are gone');

# operations in flight: the old worker ends when they have

my $jar = cookie_jar();
http_get('/wait?n=0', jar => $jar);
my ($key) = grep { /^slow:/ } $mc->keys();

my $n = $relay->count(qr/^ms /);
$relay->shut(qr/^ms /);
my $socket = http_start(http_request('/wait?n=1', jar => $jar));
ok($relay->wait_for(qr/^ms /, $n + 1), 'a save is in flight');
reloaded_meanwhile();
$relay->open_gate();
is(http_end($socket)->body(), "waited\n", 'the response came');
like($mc->get($key), qr/"n":"1"/, 'it was saved');
ok($t->old_workers_gone(), 'the old workers are gone');

$n = $relay->count(qr/^mg /);
$relay->shut(qr/^mg /);
$socket = http_start(http_request('/wait?n=2', jar => $jar));
ok($relay->wait_for(qr/^mg /, $n + 1), 'a load is in flight');
reloaded_meanwhile();
$relay->open_gate();
is(http_end($socket)->body(), "waited\n", 'the response came');
like($mc->get($key), qr/"n":"2"/, 'it was saved');
ok($t->old_workers_gone(), 'the old workers are gone');

$n = $relay->count(qr/^ms /);
$relay->shut(qr/^ms /);
is(http_get('/async?n=3', jar => $jar)->body(), "async\n", 'not waited for');
ok($relay->wait_for(qr/^ms /, $n + 1), 'an async save is in flight');

# the manager of the save is no longer in the configuration

my $without = $conf;
$without =~ s/    session_manager slow \{.*?\}\n//s;
$without =~ s/session slow;.*?(?=return)//gs;
$t->write_file_expand('nginx.conf', $without);
reloaded_meanwhile();
$relay->open_gate();
ok(wait_until { $mc->get($key) =~ /"n":"3"/ }, 'it was saved all the same');
ok($t->old_workers_gone(), 'the old workers are gone');
is(http_get('/wait', jar => $jar)->header('Set-Cookie'), undef,
	'the location has no session now');

# a server that is down keeps no worker

$mc->kill_now();
is(http_get('/?n=1', cookie => $t->read_file('cookie'))->status(), 200,
	'memcached is down');
ok($t->wait_for_log(qr/memcached .*could not be connected to|closed/),
	'which is known');
ok($t->reload(), 'reloaded');
ok($t->old_workers_gone(), 'the old workers are gone');

$t->stop();
is($t->log_count(qr/open socket/), 0, 'no socket was left open');

done_testing();

###############################################################################

# the gate is shut: the old worker has been told to end, and does not while the
# new one serves a request

sub reloaded_meanwhile {
	ok($t->reload() && $t->old_workers_told(), 'reloaded meanwhile');
	is(http_get('/?n=0')->status(), 200, 'the new workers serve');
	ok(scalar(grep { $t->{old}{$_} } $t->worker_pids()),
		'the old worker waits for the operation');
}

# a process that makes requests, each on a connection of its own

sub client {
	my ($id) = @_;

	my $pid = fork() // die "fork() failed: $!\n";
	return $pid if $pid;

	my $jar = cookie_jar();
	my ($served, $right) = (0, 1);

	for my $i (1 .. REQUESTS) {
		my $r = eval { http_get("/?n=$i", jar => $jar) } or next;
		$served++ if $r->status() == 200;
		$right = 0 if $i > 1 && ($r->header('X-Old') // '') ne $i - 1;
	}

	$t->write_file('cookie', $jar->header());
	$t->write_file("client.$id", "$served served, record is "
		. ($right ? 'right' : 'wrong') . "\n");
	POSIX::_exit(0);
}

###############################################################################
