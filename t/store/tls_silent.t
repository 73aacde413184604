#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A server that does not answer the TLS handshake: for a time, for longer than
# connect_timeout, and while nginx is reloaded or stopped.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Tls;

###############################################################################

my $t = Test::Session->new();

authority($t, 'ca');
issue($t, 'server');

my @mc = map { tls_memcached($t, 'server', $_) } 1 .. 3;
my $trusted = 'tls_trusted_certificate %%TESTDIR%%/ca.crt;';

$t->secret();
write_conf('');

$t->run();

###############################################################################

$_->stop() for @mc;

# longer than connect_timeout

my $r = http_get('/short');
is($r->status(), 503, 'no answer: not saved');
ok($t->wait_for_log(qr/\[error\].*timed out while connecting: "the TLS hands/),
	'the log says why');

$mc[0]->cont();
ok(wait_until { http_get('/short')->cookie('short') }, 'and is found again');

# for a time, while nginx is reloaded

my $n = begun();
my $socket = http_start(http_request('/long'));
ok(wait_until { begun() > $n }, 'a handshake is under way');
$t->reload();
$mc[1]->cont();
ok(http_end($socket)->cookie('long'), 'reloaded in the handshake: saved');

# until worker_shutdown_timeout

write_conf('worker_shutdown_timeout 200ms;');
$t->reload();
ok($t->old_workers_gone(), 'a worker that ends soon');

$n = begun();
$socket = http_start(http_request('/ended'));
ok(wait_until { begun() > $n }, 'a handshake is under way');
$t->reload();
ok($t->wait_for_log(qr/"ended" were not saved: memcached was not waited for/),
	'worker_shutdown_timeout ends it');
ok($t->old_workers_gone(), 'and the worker');

$_->cont() for @mc;
$t->stop();
done_testing();

###############################################################################

sub write_conf {
	my ($main) = @_;

	$t->write_conf(tls_manager('short', 'PORT_1', $trusted)
		. tls_manager('long', 'PORT_2', $trusted, 'connect_timeout 60s;')
		. tls_manager('ended', 'PORT_3', $trusted, 'connect_timeout 60s;')
		. <<'EOF', main => "error_log %%TESTDIR%%/debug.log debug; $main");
session_on_error  deny;

server {
    listen  127.0.0.1:%%PORT_0%%;

    location /short { session short; session_set a b; return 200 "text"; }
    location /long { session long; session_set a b; return 200 "text"; }
    location /ended { session ended; session_set a b; return 200 "text"; }
}
EOF
}

# connections to memcached that TCP has made

sub begun {
	return scalar(() = $t->read_file('debug.log')
		=~ /session memcached connecting/g);
}

###############################################################################
