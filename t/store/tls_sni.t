#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Which name nginx tells a memcached in the TLS handshake (SNI), where several
# of them may stand behind one address: that of the line, or tls_name; none for
# an address (RFC 6066, 3).

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Server;
use Test::Session::Tls;

###############################################################################

my $t = Test::Session->new();

authority($t, 'ca');
$t->hosts("127.0.0.1 known.example\n");
$t->secret('secret');

$t->write_conf(manager('line', 'known.example')
	. manager('name', 'known.example', 'tls_name cache.example;')
	. manager('address', '127.0.0.1') . <<'EOF');
server {
    listen  127.0.0.1:%%PORT_0%%;

    location /line    { session line; session_set a 1; return 204; }
    location /name    { session name; session_set a 1; return 204; }
    location /address { session address; session_set a 1; return 204; }
}
EOF

$t->run();

###############################################################################

like(hello('line'), server_name('known.example'), 'the name of the line');
like(hello('name'), server_name('cache.example'), 'tls_name');

my $hello = hello('address');

like($hello, qr/^\x16\x03/, 'an address: a handshake');
unlike($hello, server_name('127.0.0.1'), 'without a name');

$t->stop();
done_testing();

###############################################################################

# its memcached keeps what a client says first, and does not answer

sub manager {
	my ($name, $host, @lines) = @_;

	my $port = port($name);

	$t->run_daemon("127.0.0.1:$port", sub {
		accept_each($_[0], sub {
			$_[0]->sysread(my $hello, 4096);
			$t->write_file($name, $hello) if $hello ne '';
		});
	});

	return <<"EOF";
session_manager $name {
    secret_file              %%TESTDIR%%/secret;
    memcached                $host:$port;
    cookie                   $name secure=off;
    tls                      on;
    tls_trusted_certificate  %%TESTDIR%%/ca.crt;
    @lines
}
EOF
}

sub hello {
	my ($name) = @_;

	http_get("/$name");

	return $t->read_file($name);
}

# RFC 6066, 3: a host_name, and its length

sub server_name {
	my ($name) = @_;

	return qr/\0\0@{[chr length $name]}\Q$name\E/;
}

###############################################################################
