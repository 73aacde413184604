#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A save that reads its record again, since others write it, keeps no copy of
# what it has read before: here a compressed record, which needs one.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

use constant {
	CONFLICTS => 100,
	SIZE => 500_000,	# of the record, when it is not compressed
	MORE => 10_000,		# kB in all; of copies there would be 50,000
};

# freed memory is not to be kept by AddressSanitizer

$ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (), 'quarantine_size_mb=1';

my $t = Test::Session->new();
my $conflicts = 0;
my $record = `/usr/bin/python3 -c 'import pickle, sys, zlib;
sys.stdout.buffer.write(zlib.compress(pickle.dumps(dict(l="." * @{[SIZE]}))))'`;

$t->secret('secret', 'of the manager');
$t->secret('cookie', 'of the cookies');
$t->memcached_fake({ expect => qr/^m[gs] /, repeat => 1, reply => \&reply });

$t->write_conf(<<'CONF');
session_manager app {
    profile             tornado;
    secret_file         %%TESTDIR%%/secret;
    cookie_secret_file  %%TESTDIR%%/cookie;
    memcached           127.0.0.1:%%MC_0%%;
    timeout             30s;
}

server {
    listen            127.0.0.1:%%PORT_0%%;
    session           app;
    session_on_error  deny;

    location = /set { session_set n $arg_n; return 204; }
}
CONF

$t->run();

###############################################################################

my $jar = cookie_jar();
is(http_get('/set?n=1', jar => $jar)->status(), 204, 'a session');

my ($worker) = $t->worker_pids();
my $before = peak();

is(http_get('/set?n=2', jar => $jar)->status(), 204, 'it is saved in the end');

my $sets = () = grep { /^ms / } $t->{memcached}[0]->commands();
is($sets, CONFLICTS + 2, 'after so many conflicts');
cmp_ok(peak() - $before, '<', MORE, 'without a copy of each record');

$t->stop();
done_testing();

###############################################################################

# each set is too late, but for the last one

sub reply {
	my ($line) = @_;

	my ($opaque) = $line =~ / (O\d+)/;

	return 'VA ' . length($record) . " c1 f8 t1000 $opaque\r\n$record\r\n"
		if $line =~ /^mg/;
	return "EX $opaque\r\n" if $line =~ / C\d/ && $conflicts++ < CONFLICTS;
	return "HD $opaque c2\r\n";
}

# kB: the most memory that the worker has had so far

sub peak {
	open my $fh, '<', "/proc/$worker/status" or die "no worker: $!\n";

	my ($size) = map { /^VmHWM:\s+(\d+) kB/ ? $1 : () } <$fh>;

	return $size;
}
