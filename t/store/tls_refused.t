#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# TLS to memcached that cannot be had: whom nginx does not believe, who does
# not believe nginx, and a server that speaks no TLS.

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
my $dir = $t->testdir();

authority($t, $_) for 'ca', 'other';
issue($t, 'server', san => 'IP:127.0.0.1,DNS:memcached.example');
issue($t, 'named', san => 'DNS:memcached.example');
issue($t, 'expired', days => 0);
issue($t, 'client');
issue($t, 'stranger', by => 'other');

my $mc = tls_memcached($t, 'server', 1);
tls_memcached($t, 'named', 2);
tls_memcached($t, 'expired', 3);
tls_memcached($t, 'server', 4, 'ssl_verify_mode=2', "ssl_ca_cert=$dir/ca.crt");

my $trusted = 'tls_trusted_certificate %%TESTDIR%%/ca.crt;';
my $tls = qr/failed in the TLS handshake/;

# manager, macro of the port, lines, what is the matter if anything is

my @cases = (
	[ 'good', 'PORT_1', [$trusted] ],
	[ 'anyone', 'PORT_2', ['tls_verify off;'] ],
	[ 'old', 'PORT_3', ['tls_verify off;'] ],
	[ 'known', 'PORT_4', [$trusted, client('client')] ],

	[ 'name', 'PORT_1', [$trusted, 'tls_name other.example;'],
		qr/$tls: "certificate for other\.example: hostname mismatch"/i ],
	[ 'address', 'PORT_2', [$trusted],
		qr/$tls: "certificate for 127\.0\.0\.1: IP address mismatch"/i ],
	[ 'authority', 'PORT_1', ['tls_trusted_certificate %%TESTDIR%%/other.crt;'],
		qr/$tls: "certificate for 127\.0\.0\.1: unable to / ],
	[ 'expired', 'PORT_3', [$trusted],
		qr/$tls: "certificate for 127\.0\.0\.1: certificate has expired"/ ],
	[ 'unknown', 'PORT_4', [$trusted], qr/certificate required|reset by peer/ ],
	[ 'stranger', 'PORT_4', [$trusted, client('stranger')],
		qr/unknown ca|reset by peer/ ],
	[ 'plain', 'MC_0', [$trusted], qr/$tls: "/ ],
);

$t->secret();
$t->write_conf(join '', map({ tls_manager($_->[0], $_->[1], @{$_->[2]}) } @cases),
	"server {\nlisten 127.0.0.1:%%PORT_0%%;\n",
	map({ location($_->[0]) } @cases), "}\n");

$t->run();

###############################################################################

for (@cases) {
	my ($name, undef, undef, $wrong) = @$_;

	my $r = http_get("/$name");

	if (!$wrong) {
		ok($r->cookie($name), "$name: saved");
		next;
	}

	is($r->status(), 503, "$name: not saved");
	is($r->cookie($name), undef, "$name: no cookie");
	ok($t->wait_for_log(qr/\[error\].*session: memcached "127\S+" .*$wrong/),
		"$name: the log says why");
}

is($t->log_count(qr/SSL_(?:do_handshake|read|write)\(\)(?!.*session: memcached)/),
	$t->log_count(qr/session: memcached.*SSL_/), 'nginx itself says nothing');

# what was said of one connection is not told of another one

$mc->stop();
http_get('/good');
ok($t->wait_for_log(qr/session: memcached "127\S+" timed out, operations/),
	'a good connection that is not answered: no more is told');
$mc->cont();

$t->stop();
done_testing();

###############################################################################

sub client {
	my ($name) = @_;

	return ("tls_certificate %%TESTDIR%%/$name.crt;",
		"tls_certificate_key %%TESTDIR%%/$name.key;");
}

sub location {
	my ($name) = @_;

	return <<"EOF";
location = /$name {
    session           $name;
    session_set       a \$request_id;
    session_on_error  deny;
    return            204;
}
EOF
}

###############################################################################
