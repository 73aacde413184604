#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A connection that stays open does not keep a large record, but what is still
# read of it.

###############################################################################

use warnings;
use strict;

# that a record is freed is told at debug level

BEGIN { $ENV{TEST_NGINX_LOG_LEVEL} = 'debug_http' }

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Life;
use Test::Session::Long;

###############################################################################

use constant {
	CONNECTIONS => 24,
	SIZE => 400000,		# of a record
	EACH => 100,		# kB for a connection
	FREED => qr/session: a record of \d+ bytes is freed before/,
};

# freed memory is not to be kept by AddressSanitizer

$ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (), 'quarantine_size_mb=1';

my $t = Test::Session->new();
my $mc = $t->memcached();
my $packaged = $t->is_packaged();

my $secret = 's' x 32;
$t->secret('secret', $secret);

$t->write_file('late.conf', $packaged ? <<'EOF' : '');
log_by_lua_block {
    ngx.log(ngx.NOTICE, "late: ", ngx.var.declared, " ", ngx.var.session_other)
}
EOF

$t->write_conf(<<'EOF', scripts => 'before');
log_format  values  "<$uri $status $session_user $nested $session_cart>";
access_log  %%TESTDIR%%/values.log values;

session_variable  $nested    n.x;
session_variable  $declared  declared;

session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    session             app require;
    proxy_http_version  1.1;
    proxy_buffering     off;

    location = /echo {
        proxy_pass        http://127.0.0.1:%%PORT_1%%;
        proxy_set_header  Upgrade $http_upgrade;
        proxy_set_header  Connection upgrade;
    }

    location = /stream {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location = /saved {
        session_set  cart mine;
        proxy_pass   http://127.0.0.1:%%PORT_1%%/stream;
    }

    location = /script {
        include     %%TESTDIR%%/late.conf;
        proxy_pass  http://127.0.0.1:%%PORT_1%%/stream;
    }

    location = /read {
        return  200 $session_status;
    }
}
EOF

long_upstream($t, 1);
$t->run();

###############################################################################

my $life = Test::Session::Life->new($mc, $secret);
my $cookie = $life->begin('app', 0, 3000);
my ($worker) = $t->worker_pids();

store(SIZE);

# what a worker has anyway after some requests

under_way_at('/echo')->close() for 1 .. CONNECTIONS;

for my $uri (qw! /echo /stream /saved !) {
	my $before = $t->memory($worker);
	my @open = map { under_way_at($uri) } 1 .. CONNECTIONS;

	ok(wait_until(sub { $t->memory($worker) - $before < CONNECTIONS * EACH }),
		"$uri: open connections do not keep the record");

	my $cart = $uri eq '/saved' ? 'mine' : 'full';
	my $line = "<$uri \\d+ ada 1 $cart>";
	my $lines = logged($line) + CONNECTIONS;

	$_->close() for @open;
	ok(wait_until(sub { logged($line) == $lines }),
		"$uri: what the configuration names is logged");
}

SKIP: {
	skip 'Lua is not packaged', 5 unless $packaged;

	store(SIZE);
	my $before = $t->memory($worker);
	my $freed = $t->log_count(FREED);
	my @open = map { under_way_at('/script') } 1 .. CONNECTIONS;
	ok(wait_until(sub { $t->memory($worker) - $before < CONNECTIONS * EACH }),
		'before a script that reads at the end, too');

	# the bound has room for the youngest records

	ok($t->wait_for_log(FREED, count => $freed + CONNECTIONS),
		'of each connection');
	$_->close() for @open;

	ok($t->wait_for_log(qr/late: yes nil/, count => CONNECTIONS),
		'which reads what is declared');
	ok($t->wait_for_log(qr/session: "other" of "app" was read when its large/),
		'and is told how to declare the rest');

	store(1000);
	under_way_at('/script')->close();
	ok($t->wait_for_log(qr/late: yes here/), 'a small record is kept');
}

$t->stop();
done_testing();

###############################################################################

sub store {
	my ($size) = @_;

	$mc->set($life->key('app'), '{"user":"ada","n":{"x":1},"cart":"full",'
		. '"declared":"yes","other":"here","large":"' . 'x' x $size . '"}');
}

# a connection with a response that does not end

sub under_way_at {
	my ($uri) = @_;

	return Test::Session::Long->websocket($uri, cookie => $cookie)
		if $uri eq '/echo';

	my $stream = Test::Session::Long->start(http_request($uri,
		cookie => $cookie));
	$stream->read_until(qr/tick/) or die "no stream\n";

	return $stream;
}

sub logged {
	my ($line) = @_;

	return scalar grep { /^$line$/ } split /\n/, $t->read_file('values.log');
}

###############################################################################
