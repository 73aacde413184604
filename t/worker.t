#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Reload under load, a graceful end with operations in flight, and memory
# after 100,000 requests.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret');

$t->write_file_expand('nginx.conf', <<'EOF');

%%TEST_GLOBALS%%

worker_processes  1;

events {
    worker_connections  512;
}

http {
    %%TEST_GLOBALS_HTTP%%
    access_log  off;

    keepalive_requests  1000000;

    session_manager app {
        secret_file  %%TESTDIR%%/secret;
        memcached    127.0.0.1:%%MC_0%%;
        timeout      30s;
        cookie       sid secure=off;
    }

    server {
        listen   127.0.0.1:%%PORT_0%%;
        session  app;

        location = /set {
            session_set  user Ada;
            return       204;
        }

        location = /load {
            session    app require;
            try_files  /none =204;
        }

        location = /save {
            session      app require;
            session_set  last $request_id;
            try_files    /none =204;
        }
    }
}

EOF

$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/set', jar => $jar);
my ($key) = $mc->keys();
my $cookie = 'sid=' . $jar->get('sid');

# has the worker sent something that memcached, stopped, did not read?

sub is_asked {
	my $port = sprintf '%04X', $mc->port();

	return Test::Session::wait_until(sub {
		open my $tcp, '<', '/proc/net/tcp' or die "tcp: $!\n";
		grep { /^\s*\d+: \w+:$port \w+:\w+ 01 \w+:(\w+)/ && hex $1 } <$tcp>;
	});
}

# clients in processes of their own, each says how many answers were good

use constant { CLIENTS => 4, REQUESTS => 400, RELOADS => 4 };

sub client {
	my $good = 0;

	for my $n (1 .. REQUESTS) {
		my $uri = $n % 4 ? '/load' : '/save';
		$good++ if http_get($uri, cookie => $cookie)->status == 204;
	}

	return $good;
}

my @clients = map {
	my $pid = open(my $pipe, '-|') // die "fork() failed: $!\n";

	if ($pid == 0) {
		print eval { client() } // 0;
		POSIX::_exit(0) if close STDOUT;
		POSIX::_exit(1);
	}

	$pipe;
} 1 .. CLIENTS;

$t->reload() for 1 .. RELOADS;

my $good = 0;
$good += <$_> for @clients;

is($good, CLIENTS * REQUESTS, 'reload under load loses no request');
ok($t->old_workers_gone(), 'no old worker stays');

# a request that waits for memcached is answered by the old worker

$mc->stop();
my $socket = http_start(http_request('/save', cookie => $cookie, close => 1));
ok(is_asked(), 'a request waits for memcached');

$t->reload();
$mc->cont();

is(http_end($socket)->status, 204, 'an operation in flight is completed');
ok($t->old_workers_gone(), 'then its worker leaves');

# memory

use constant { DEPTH => 50, WARM => 20_000, ALL => 100_000, GROWTH => 512 };

my ($worker) = $t->worker_pids();
my $mix = join '', map {
	http_request($_ % 10 ? '/load' : '/save', cookie => $cookie) } 1 .. DEPTH;
my $connection = http_start('');

sub requests {
	my ($count) = @_;
	my $answers = 0;

	for (1 .. $count / DEPTH) {
		print $connection $mix;

		my ($got, $buf) = (0, '');

		while ($got < DEPTH) {
			sysread($connection, $buf, 65536, length $buf) or last;
			$got = () = $buf =~ /^HTTP\/1\.1 204 .*?\r\n\r\n/smg;
		}

		$answers += $got;
	}

	return $answers;
}

sub rss {
	open my $status, '<', "/proc/$worker/status" or die "status: $!\n";
	my ($kb) = map { /^VmRSS:\s+(\d+)/ ? $1 : () } <$status>;
	return $kb;
}

is(requests(WARM), WARM, 'warmed up');
my $before = rss();
is(requests(ALL - WARM), ALL - WARM, 'all requests are answered');
my $after = rss();

cmp_ok($after - $before, '<=', GROWTH, 'the worker has not grown')
	or diag("$before kB, $after kB");

is($t->log_count(qr/open socket/), 0, 'no socket was left');

$t->stop();
is($t->log_count(qr/open socket/), 0, 'nor at the end');

done_testing();

###############################################################################
