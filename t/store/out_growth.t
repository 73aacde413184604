#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Commands that wait for memcached pile up in a buffer which grows by factors,
# not by each of them, so that none is copied often; and it is given back.
#
# Faults of the source that this finds, put in by hand:
#
#     ngx_session_mc_out_reserve(): room for the command alone
#     ngx_session_mc_buf_reset(): keeps a large block

###############################################################################

use warnings;
use strict;

# blocks of memory are told at this level

BEGIN { $ENV{TEST_NGINX_LOG_LEVEL} = 'debug_alloc' }

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

use constant {
	REQUESTS => 40,
	SIZE => 100000,		# of a record
	BLOCK => 300000,	# what only the buffer has
	TIMES => 8,		# that it grows: 4 MB are 2 to the power of 6 x 64 KB
	KEPT => 3000,		# kB, less than that block
};

# freed memory is not to be kept by libc, whose threshold would rise, nor by
# AddressSanitizer

$ENV{MALLOC_MMAP_THRESHOLD_} = 64 * 1024;
$ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (),
	'quarantine_size_mb=1', 'allocator_release_to_os_interval_ms=0';

my $i = Test::Session::Identity->new(managers => { plain => 'timeout 60s;' });
my ($t, $mc) = ($i->{t}, $i->mc());
my ($worker) = $t->worker_pids();

$i->on('plain');

my @cookies = map { $i->sid('/set?a=1') } 1 .. REQUESTS;

$mc->set($i->key($_), '{"a":"1","large":"' . 'x' x SIZE . '"}') for @cookies;

my $before = $t->memory($worker);
my @slow = map { $i->slow('/slow/set?a=2', $_) } @cookies;
my $blocks = blocks();

$mc->stop();
$_->say() for @slow;

ok($t->wait_for_log(qr/malloc: \w+:[1-9]\d{6}/), 'commands wait in one block');

$mc->cont();

is(join(' ', map { $i->saved($_->end()) } @slow), join(' ', ('saved') x REQUESTS),
	'all are saved');

my $grown = blocks() - $blocks;

cmp_ok($grown, '>', 1, 'the block has grown');
cmp_ok($grown, '<=', TIMES, 'by factors');

ok(wait_until(sub { $t->memory($worker) - $before < KEPT }), "and is given back")
	or diag("kB: " . ($t->memory($worker) - $before));

is($i->state($cookies[-1]), 'HIT::2:', 'the last one was written');

done_testing();

###############################################################################

sub blocks {
	return scalar grep { $_ >= BLOCK } $t->read_log() =~ /malloc: \w+:(\d+)/g;
}

###############################################################################
