#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A client of HTTP/2 that goes away in the turn of the worker in which its
# session arrives: nothing waits for the rest of the body.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Http2;
use Test::Session::Relay;

###############################################################################

my $t = Test::Session->new();
my $relay = relay($t, $t->memcached());

$t->secret();
$t->write_conf(<<'EOF');
log_format  status "$uri $status";
access_log  %%TESTDIR%%/status.log status;

session_manager app { %%RELAYED_sid%% }

server {
    listen        127.0.0.1:%%PORT_0%%;
    listen        127.0.0.1:%%PORT_1%% http2;
    session       app;
    session_csrf  on;

    location /begin { session_set a b; empty_gif; }
    location /form  { proxy_pass http://127.0.0.1:%%PORT_0%%/begin; }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/begin', jar => $jar);

my $worker = ($t->worker_pids())[0];
my ($server) = $relay->fake()->address() =~ /:(\d+)$/;

for my $way ('stream', 'connection') {
	my $count = $relay->count(qr/^mg /);
	my $client = Test::Session::Http2->new(port(1));

	$relay->shut(qr/^mg /);

	my $stream = $client->request("/form/$way", method => 'POST', body => 1,
		header => [ cookie => $jar->header(), 'content-length' => 100,
			'content-type' => 'application/x-www-form-urlencoded' ]);

	ok($relay->wait_for(qr/^mg /, $count + 1), "$way: a session is loaded");
	$client->body($stream, 'a=b&', 'more');
	ok($client->lives(), "$way: a part of a body is there");

	# both arrive while the worker is stopped, the session first

	kill 'STOP', $worker;
	$relay->open_gate();
	ok(wait_until { received($server) }, "$way: the session arrives");

	$client->reset_stream($stream) if $way eq 'stream';
	http_abort($client->{socket}) if $way eq 'connection';
	kill 'CONT', $worker;

	ok(wait_until { $t->read_file('status.log') =~ m!^/form/$way 499$!m },
		"$way: the request ends");
}

$t->stop();
done_testing();

###############################################################################

# does the worker have bytes of that server, which it has not read?

sub received {
	my ($port) = @_;

	open my $fh, '<', '/proc/net/tcp' or die "/proc/net/tcp: $!\n";

	my $remote = sprintf ':%04X', $port;

	return scalar grep { (split)[2] =~ /$remote$/
		&& (split)[4] !~ /:0+$/ } readline $fh;
}

###############################################################################
