#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# HEAD, while a cache or a store reads the upstream's body, and the upstream
# breaks off before the response is released: the header is all that the
# client wanted.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Relay;
use Test::Session::Responses;
use Test::Session::Server;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();

$t->write_conf(<<'EOF');
proxy_cache_path  %%TESTDIR%%/cache keys_zone=cache:1m;

session_manager app { %%RELAYED_sid%% }

server {
    listen            127.0.0.1:%%PORT_0%%;
    session           app;
    session_set       n $arg_n;
    session_on_error  deny;
    include           locations.conf;
}

server {
    listen   127.0.0.1:%%PORT_1%%;
    include  locations.conf;
}

server {
    listen  127.0.0.1:%%PORT_2%%;
    location / { return 200 $connections_active; }
}
EOF

$t->write_file_expand('locations.conf', <<'EOF');
proxy_read_timeout  30s;

location = /cached {
    proxy_cache        cache;
    proxy_cache_valid  200 1m;
    proxy_pass         http://127.0.0.1:%%PORT_9%%;
}

location = /back {
    return  200 "back\n";
}

location = /stored {
    proxy_method  GET;
    proxy_store   %%TESTDIR%%/stored;
    proxy_pass    http://127.0.0.1:%%PORT_9%%;
}
EOF

$t->run_daemon('127.0.0.1:' . port(9), \&break_off, $t->testdir());
$t->run();

###############################################################################

my $n = 0;

for my $uri ('/cached', '/stored') {
	$t->write_file('break' . ++$n, '');
	my $plain = http_head("$uri?n=$n", port => port(1));
	is($plain->status(), 200, "$uri has a header without a session");
	is($plain->header('Content-Length'), 1000, "$uri has a length");

	my $socket = held($uri);
	break_now();
	$relay->open_gate();
	my $r = http_end($socket, method => 'HEAD');

	is(essence($r), essence($plain), "$uri has the same with a session");
	like($r->cookie('sid'), qr/./, "$uri has its cookie");
	is(sysread($socket, my ($rest), 1), 0, "$uri: the connection ends");

	$relay->fail(qr/^ms /);
	$socket = held($uri);
	break_now();
	$relay->open_gate();
	is(http_end($socket, method => 'HEAD')->status(), 503,
		"$uri is refused when it cannot be saved");
	$relay->fail();
	ok(wait_until { http_get("/back?n=1")->status() == 200 },
		"$uri: the store is back");

	$socket = held($uri);
	break_now();
	http_abort($socket, reset => 1);
	$relay->open_gate();
}

ok(wait_until { http_get('/', port => port(2))->body() eq '1' },
	'no connection is left but the one that asks');

$t->stop();
done_testing();

###############################################################################

# a request whose save waits, and whose upstream sends the rest

sub held {
	my ($uri) = @_;

	$relay->shut();
	my $count = $relay->count(qr/^ms /);
	my $socket = http_start(http_request("$uri?n=" . ++$n,
		method => 'HEAD'));
	$relay->wait_for(qr/^ms /, $count + 1) or die "$uri was not saved\n";

	return $socket;
}

sub break_now {
	my $count = $t->log_count(qr/upstream prematurely closed/);

	$t->write_file("break$n", '');
	$t->wait_for_log(qr/upstream prematurely closed/, count => $count + 1)
		or die "the upstream did not break off\n";
}

sub break_off {
	my ($address, $dir) = @_;

	accept_each($address, sub {
		my ($client) = @_;

		my ($n) = request_head($client) =~ /\?n=(\d+)/ or return;

		$client->autoflush(1);
		print $client "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"
			. "Connection: close\r\n\r\npart";
		wait_until { -e "$dir/break$n" };
	});
}

###############################################################################
