#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_accept with Python's pickles: what is set and counted up there is
# what Python reads.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret');
$t->secret('cookie');

$t->write_conf(<<'EOF');
session_manager app {
    profile             tornado;
    secret_file         %%TESTDIR%%/secret;
    cookie_secret_file  %%TESTDIR%%/cookie;
    memcached           127.0.0.1:%%MC_0%%;
}

log_format  save "$session_meta_upstream, $session_meta_save";

server {
    listen          127.0.0.1:%%PORT_0%%;
    access_log      %%TESTDIR%%/save.log save;
    session         app;
    session_accept  X-Session- keys=n,s;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $r = http_get('/', say_lines(['Incr: n=5', 'Set: s=%c3%a9']));
my $cookies = join '; ', map { "$_=" . $r->cookie($_) }
	qw/ session_id verification /;
my ($key) = $mc->keys();

is(python("repr(pickle.loads(data))"), "{'n': 5, 's': '\xc3\xa9'}",
	'a new record has a number and a string');

for (
	["{'n': 5, 's': [1]}", "{'n': 6, 's': [1]}", 'an int'],
	["{'n': -1, 'o': when}", "{'n': 0, 'o': when}", 'beside what is opaque'],
	["{'n': 2 ** 40, 'o': when}", "{'n': 2 ** 40 + 1, 'o': when}",
		'a long one beside it'],
	["{'n': 2 ** 62}", "{'n': 2 ** 62 + 1}", 'one of 63 bits'],
	["{'n': '9'}", "{'n': '10'}", 'a str of digits'],
	["{'o': when}", "{'o': when, 'n': 1}", 'none'],
)
{
	my ($before, $after, $case) = @$_;

	for my $protocol (0 .. 5) {
		$mc->set($key, pack 'H*', python("pickle.dumps($before, $protocol)"
			. ".hex()"));
		http_get('/', cookie => $cookies, say_lines('Incr: n'));
		is(python("pickle.loads(data) == $after"), 'True',
			"$case is counted up in protocol $protocol");
	}
}

for my $value (qw/ True 1.0 None 'x' [1] when 2**63-1 2**64 /) {
	my $record = pack 'H*', python("pickle.dumps({'n': $value}).hex()");

	$mc->set($key, $record);
	http_get('/', cookie => $cookies, say_lines('Incr: n'));
	is($mc->get($key), $record, "$value is left as it is");
}

$t->stop();

my @log = split /\n/, $t->read_file('save.log');
is_deeply([ @log[-8 .. -1] ], [ ('accepted, a value to be incremented is not '
	. 'an integer') x 6, ('accepted, an incremented value would be out of '
	. 'range') x 2 ], 'as $session_meta_save says');

done_testing();

###############################################################################

# what an expression comes to; data is the record

sub python {
	my ($expression) = @_;

	my $hex = unpack 'H*', $mc->get($key) // '';

	open my $fh, '-|', '/usr/bin/python3', '-c', 'import pickle, sys;'
		. ' from datetime import date; when = date(2026, 1, 1);'
		. " data = bytes.fromhex('$hex');"
		. " sys.stdout.buffer.write(str($expression).encode())"
		or die "cannot run python3: $!\n";
	binmode $fh;
	local $/;

	return scalar <$fh>;
}

###############################################################################
