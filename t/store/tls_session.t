#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A certificate of memcached that was not good is replaced while it runs: the
# session of TLS 1.2, which keeps what was found of the first certificate, is
# not used again.

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

authority($t, 'ca');
issue($t, 'server', san => 'DNS:memcached.example');
issue($t, 'good');

# memcached has no option for the latest version of TLS, OpenSSL has

$t->write_file('openssl.cnf', <<'EOF');
openssl_conf = init
[init]
ssl_conf = ssl
[ssl]
system_default = default
[default]
MaxProtocol = TLSv1.2
EOF

my $mc = do {
	local $ENV{OPENSSL_CONF} = "$dir/openssl.cnf";
	tls_memcached($t, 'server', 1);
};

$t->secret();
$t->write_conf(tls_manager('app', 'PORT_1',
	'tls_trusted_certificate %%TESTDIR%%/ca.crt;') . <<'EOF', main =>
server {
    listen  127.0.0.1:%%PORT_0%%;

    location / {
        session           app;
        session_set       a $request_id;
        session_on_error  deny;
        return            204;
    }
}
EOF
	'error_log %%TESTDIR%%/debug.log debug;');

$t->run();

###############################################################################

is(http_get('/')->status(), 503, 'the certificate is not good');
ok($t->wait_for_log(qr/"certificate for 127\.0\.0\.1: IP address mismatch"/),
	'it is for another name');
ok(wait_until { handshakes() >= 2 }, 'a probe finds the same');

rename "$dir/good.$_", "$dir/server.$_" or die "rename: $!\n" for qw/ crt key /;
is($mc->command('refresh_certs'), 'OK', 'another certificate');

ok(wait_until { http_get('/')->status() == 204 }, 'memcached is used');
is(handshakes('1'), 0, 'no handshake went on with another one');

$t->stop();
done_testing();

###############################################################################

# that were whole (0), or went on with a session (1)

sub handshakes {
	my $how = shift // '\d';

	return scalar(() = $t->read_file('debug.log')
		=~ /session memcached TLS: TLSv1\.2, session reused: $how/g);
}

###############################################################################
