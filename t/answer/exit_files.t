#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A client that leaves while its response waits for a save, or for being
# replaced, and a thread reads the file of that response: a worker that is about
# to exit waits for the thread, as it does without a session.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Http2;
use Test::Session::Preload;
use Test::Session::Relay;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);
my $runs = 0;

# what the location says of the session

my %sessions = (
	off => 'session off;',
	waits => 'session app; session_set n 1;',
	refused => 'session app; session_set n ' . 'x' x 300
		. '; session_on_error deny;',
);

$t->secret();
$t->write_file('file.bin', 'file' x 250000);
$ENV{SLOW_THREADS} = $t->testdir();
preload($t, 'slow_threads');

for my $how (qw! HTTP HTTP/2 !) {
	for my $session (sort keys %sessions) {
		configure($how, $session);
		$t->run();
		exit_while_reading($how, $session);
		$t->stop();
		unlink map { $t->testdir() . "/$_" } 'reading', 'go';
	}
}

done_testing();

###############################################################################

sub exit_while_reading {
	my ($how, $session) = @_;

	my $name = "$how, session $session";
	my $saves = $relay->count(qr/^ms /);

	$relay->shut();
	my $socket = start($how);
	ok(wait_until { -e $t->testdir() . '/reading' }, "$name: a thread reads");
	$relay->wait_for(qr/^ms /, $saves + 1) if $session eq 'waits';

	my ($worker) = $t->worker_pids();
	$t->signal('QUIT');
	$t->wait_for_log(qr/gracefully shutting down/, count => ++$runs);
	http_abort($socket, reset => 1);
	$relay->open_gate();

	ok(!wait_until(sub { !kill 0, $worker }, 1),
		"$name: the worker waits for it");
	$t->write_file('go', '');
	ok(wait_until { !kill 0, $worker }, "$name: the worker exits");
	is($t->alerts(), '', "$name: it left no socket open");
}

sub start {
	my ($how) = @_;

	return http_start(http_request('/file.bin')) if $how eq 'HTTP';

	my $h2 = Test::Session::Http2->new(port(0));
	$h2->request('/file.bin');
	return $h2->{socket};
}

sub configure {
	my ($how, $session) = @_;

	my $listen = $how eq 'HTTP' ? '' : 'http2';

	$t->write_conf(<<"EOF");
session_manager app { %%RELAYED_sid%% max_size 200; }

server {
    listen  127.0.0.1:%%PORT_0%% $listen;

    location / {
        $sessions{$session}
        alias     %%TESTDIR%%/;
        aio       threads;
        sendfile  off;
    }
}
EOF
}

###############################################################################
