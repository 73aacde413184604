#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# 100,000 requests do not grow a worker.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

use constant {
	CONNECTIONS => 16,
	PIPELINED => 125,	# requests of a connection in a round
	WARM_UP => 10,		# rounds
	ROUNDS => 40,
	GROWTH => 512,		# kB: less than 7 bytes a request
};

# freed memory is not to be kept by AddressSanitizer

$ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (), 'quarantine_size_mb=1';

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
keepalive_requests  100000;

session_manager app { %%MANAGER_sid%% }

server {
    listen      127.0.0.1:%%PORT_0%%;
    access_log  off;
    session     app;

    location /load  { session app require; add_header X-N $session_n;
                      empty_gif; }
    location /save  { session_set n $request_id; empty_gif; }
    location /async { session_set n $request_id; session_save async;
                      empty_gif; }
    location /new   { session_set n $request_id; empty_gif; }
}
EOF

$t->run();

my ($worker) = $t->worker_pids();
my @cookies = map { 'sid=' . http_get('/save')->cookie('sid') }
	1 .. CONNECTIONS;

###############################################################################

my $served = 0;

$served += a_round() for 1 .. WARM_UP;
my $before = $t->memory($worker);
$served += a_round() for 1 .. ROUNDS;
my $after = $t->memory($worker);

is($served, (WARM_UP + ROUNDS) * CONNECTIONS * PIPELINED,
	'100,000 requests were served');
is(($t->worker_pids())[0], $worker, 'by one worker');
cmp_ok($before, '>', 0, 'which has a size');
cmp_ok($after - $before, '<=', GROWTH, 'and did not grow');
is($t->log_count(qr/session: (?!ngx_http_session_module\/)/), 0,
	'nothing went wrong');

done_testing();

###############################################################################

# how many requests were answered by 200: half of them loads, half saves, and
# now and then a new session

sub a_round {
	my @sockets = map { http_start(join '', requests($_)) } @cookies;

	return count(@sockets);
}

sub requests {
	my ($cookie) = @_;

	return map {
		http_request($_ % 25 == 0 ? '/new' : $_ % 9 == 0 ? '/async'
			: $_ % 2 ? '/load' : '/save',
			cookie => $_ % 25 == 0 ? undef : $cookie)
	} 1 .. PIPELINED;
}

sub count {
	my $n = 0;

	for my $socket (@_) {
		$n += grep { http_end($socket)->status() == 200 } 1 .. PIPELINED;
		close $socket;
	}

	return $n;
}

###############################################################################
