#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Tests for docs/readers: what somebody else wrote into memcached is JSON or
# nothing, whatever its client flags say; no reader makes objects of it.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Readers;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

server {
    listen       127.0.0.1:%%PORT_0%%;
    session      app;
    session_set  seen yes;

    location / { empty_gif; }
}
EOF

$t->run();

my $readers = Test::Session::Readers->new($t, $mc);
my $cookie = http_get('/')->cookie('sid');
my ($key) = $mc->keys();

###############################################################################

# what libraries store: PHP's serialize() with flag 4, Python's pickle with 1

my %stored = (
	'a serialized string' => [ 4, 's:14:"{"user":"Eve"}";' ],
	'a serialized object' => [ 4, 'O:8:"stdClass":1:{s:4:"user";s:3:"Eve";}' ],
	'an igbinary string' => [ 5, "\0\0\0\2\x11\x0e{\"user\":\"Eve\"}" ],
	'a pickled dict' => [ 1, "}U\4userU\3Eves." ],
);

for my $language ($readers->languages()) {
	for my $name (sort keys %stored) {
		my ($flags, $value) = @{$stored{$name}};

		$mc->set($key, $value, flags => $flags);

		my ($status, $out) = $readers->run($language, 'secret', 'app', $cookie);
		isnt($status, 0, "$language refuses $name");
		is($out, '', "$language prints nothing of $name");

		($status, $out) = $readers->run($language, 'secret', 'app', $cookie,
			'a', 'b');
		isnt($status, 0, "$language does not write over $name");
		is($mc->get($key), $value, "$language leaves $name");
	}

	# flags alone change nothing, and stay

	$mc->set($key, '{"user":"Ada"}', flags => 4);

	my ($status, $out) = $readers->run($language, 'secret', 'app', $cookie,
		'a', 'b');
	like($out, qr/^\{"user": ?"Ada", ?"a": ?"b"\}$/, "$language reads JSON");
	is($mc->mg($key, 'f')->{flags}{f}, 4, "$language keeps the flags");
}

$t->stop();
done_testing();

###############################################################################
