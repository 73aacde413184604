#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What a large pickle is decoded to is gone while its request waits, and is
# there again when it is needed.

###############################################################################

use warnings;
use strict;

use FindBin;
use IO::Socket::INET;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;

###############################################################################

use constant {
	REQUESTS => 12,		# that wait
	SIZE => 1000000,	# of a record
	EACH => 8192,		# kB for a request; a tree has up to 36,000
};

# freed memory is not to be kept by AddressSanitizer

$ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (), 'quarantine_size_mb=1';

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret', 'of the manager');
$t->secret('cookie', 'of the cookies');

$t->write_conf(<<'EOF');
session_manager app {
    profile             tornado;
    secret_file         %%TESTDIR%%/secret;
    cookie_secret_file  %%TESTDIR%%/cookie;
    memcached           127.0.0.1:%%MC_0%%;
    timeout             30s;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app phase=rewrite;

    location = /make {
        session_set  n 1;
        return       204;
    }

    location = /wait {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location = /twice {
        set         $before $session_n;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
        add_header  X-N "$session_status $before $session_n" always;
    }

    location = /save {
        session_set  m 2;
        proxy_pass   http://127.0.0.1:%%PORT_2%%;
        add_header   X-N "$session_n" always;
    }

    location = /read {
        return  200 "$session_status $session_n $session_m";
    }
}
EOF

# its requests wait until they are closed

my $upstream = IO::Socket::INET->new(LocalAddr => '127.0.0.1:' . port(1),
	Listen => REQUESTS, ReuseAddr => 1) or die "listen: $!\n";

$t->run_daemon('127.0.0.1:' . port(2), \&answer);
$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/make', jar => $jar);

my ($key) = $mc->keys();
my ($worker) = $t->worker_pids();

for (['empty lists', ']'], ['ints', "K\x01"], ['empty tuples', ')']) {
	my ($what, $item) = @$_;

	store($item);
	is(http_get('/read', jar => $jar)->body(), 'HIT 1 ', "$what: are read");

	my $before = $t->memory($worker);
	my @waiting = map { under_way() } 1 .. REQUESTS;

	cmp_ok($t->memory($worker) - $before, '<', REQUESTS * EACH,
		"$what: are not kept as values while requests wait");
}

store(']');

is(http_get('/twice', jar => $jar)->header('X-N'), 'HIT 1 1',
	'a value is read before and after the wait');
is(http_get('/save', jar => $jar)->header('X-N'), '1', 'and while one is set');
is(http_get('/read', jar => $jar)->body(), 'HIT 1 2', 'which was saved');

undef $upstream;
$t->stop();
done_testing();

###############################################################################

# a record with the key n and a long list

sub store {
	my ($item) = @_;

	my $list = $item x (SIZE / length $item);

	ok($mc->set($key, "\x80\x02}(U\x01nK\x01U\x01l]($list" . 'eu.'),
		'a record is stored');
}

# both ends of a request that has reached the upstream

sub under_way {
	my $client = http_start(http_request('/wait', jar => $jar));
	my $request = $upstream->accept() or die "accept: $!\n";

	sysread $request, my $head, 4096 or die "no request: $!\n";

	return [$client, $request];
}

###############################################################################
