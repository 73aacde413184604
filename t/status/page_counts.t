#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_status_page: what each kind of request adds to the counters, and
# nothing else; operations in flight.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Relay;
use Test::Session::Status;
use Test::Session::Token;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% absolute_timeout 1h; max_size 100; }

session_manager slow { %%RELAYED_slow%% }

server {
    listen       127.0.0.1:%%PORT_0%%;
    session      app;

    location = /read   { return 200 $session_status; }
    location = /load   { try_files /none @load; }
    location @load     { empty_gif; }
    location = /set    { session_set a $arg_a; return 204; }
    location = /end    { session_destroy; return 204; }
    location = /move   { session_regenerate; return 204; }
    location = /status { session off; session_status_page; }

    location /slow/    { session slow; session_set a $arg_a; return 204; }
}
EOF

$t->run();

###############################################################################

my $token = Test::Session::Token->new(secret => $t->read_file('secret'));
my $old = $token->sign(created => time() - 7200);
my $cookie = http_get('/set?a=1')->cookie('app');
my ($key) = $mc->keys();

adds('a session is made', sub { http_get('/set?a=1') },
	qw/ loads.none 1 new 1 saves.saved 1 add 1 /);
adds('no session', sub { http_get('/load') for 1 .. 3 }, qw/ loads.none 3 /);
adds('answered before the load', sub { http_get('/read') });
adds('a hit', sub { load() for 1 .. 5 }, qw/ loads.hit 5 get 5
	cookies.verified 1 cookies.known 4 /);
adds('a forged cookie', sub { http_get('/load', cookie => 'app=x') for 1, 2 },
	qw/ loads.forged 2 /);
adds('an expired cookie', sub { http_get('/load', cookie => "app=$old") },
	qw/ loads.expired 1 /);
adds('a change', sub { change('/set?a=2') },
	qw/ loads.hit 1 get 1 set 1 saves.saved 1 cookies.known 1 /);
adds('no change', sub { change('/set?a=2') },
	qw/ loads.hit 1 get 1 cookies.known 1 /);
adds('too large', sub { change('/set?a=' . 'a' x 100) },
	qw/ loads.hit 1 get 1 saves.size 1 cookies.known 1 /);

$mc->set($key, '{"a":');
adds('a corrupt record', sub { load() },
	qw/ loads.corrupt 1 get 1 cookies.known 1 /);
adds('a change of it', sub { change('/set?a=3') },
	qw/ loads.corrupt 1 get 1 saves.corrupt 1 cookies.known 1 /);

$mc->delete($key);
adds('no record', sub { load() },
	qw/ loads.expired 1 evictions_suspected 1 get 1 cookies.known 1 /);
adds('a session in its place', sub { change('/set?a=3') },
	qw/ loads.expired 1 evictions_suspected 1 get 1 new 1 add 1
	saves.saved 1 cookies.known 1 /);

$mc->set($key, '{"a":"3"}');
adds('a new id', sub { change('/move') },
	qw/ loads.hit 1 get 1 add 1 set 1 saves.saved 1 cookies.known 1 /);

$mc->set($key, '{"a":"3"}');
adds('a logout', sub { change('/end') },
	qw/ loads.hit 1 get 1 delete 1 saves.saved 1 cookies.known 1 /);

# something happens between load and save

my $slow = http_get('/slow/?a=1')->cookie('slow');
($key) = grep { /^slow:/ } $mc->keys();

between('another writes', sub { $mc->set($key, '{"a":"9"}') },
	qw/ loads.hit 1 get 2 set 2 save_conflicts 1 save_retries 1
	saves.saved 1 cookies.verified 1 /);
between('it is destroyed', sub { $mc->delete($key) },
	qw/ loads.hit 1 get 1 set 1 saves.gone 1 cookies.known 1 /);

done_testing();

###############################################################################

sub load { return http_get('/load', cookie => "app=$cookie") }
sub change { return http_get($_[0], cookie => "app=$cookie") }

sub adds {
	my ($what, $code, %expected) = @_;

	added('app', $what, $code, %expected);
}

# a save that waits in front of the store while something else happens there

sub between {
	my ($what, $code, %expected) = @_;

	added('slow', $what, sub {
		my $n = $relay->count(qr/^ms /);
		$relay->shut(qr/^ms /);
		my $socket = http_start(http_request('/slow/?a=' . rand(),
			cookie => "slow=$slow"));
		$relay->wait_for(qr/^ms /, $n + 1);
		is(status('slow')->{store_in_flight}, 1, "$what: one in flight");
		$code->();
		$relay->open_gate();
		is(http_end($socket)->status(), 204, "$what: answered");
		is(status('slow')->{store_in_flight}, 0, "$what: none in flight");
	}, %expected);
}

###############################################################################
