package Test::Session::Tls;

# Copyright (C) the ngx_http_session_module authors

# memcached with TLS, and the certificates that it and nginx have.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::Session;

our @EXPORT = qw/ authority issue tls_memcached tls_manager /;

use constant KEY => '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';

###############################################################################

# An authority: NAME.crt and NAME.key in the test's directory.

sub authority {
	my ($t, $name) = @_;

	openssl($t, "req -x509 @{[KEY]} -days 2 -subj '/CN=$name'"
		. " -keyout $name.key -out $name.crt");
}

# A certificate by it, NAME.crt and NAME.key, for the names of san; days: how
# long it is good, 0: it has expired (OpenSSL 3.5 refuses -1).

sub issue {
	my ($t, $name, %extra) = @_;

	my $ca = $extra{by} // 'ca';
	my $san = $extra{san} // 'IP:127.0.0.1';
	my $days = $extra{days} // 2;

	openssl($t, "req -new @{[KEY]} -subj '/CN=$name' -keyout $name.key"
		. " -out $name.csr -addext 'subjectAltName=$san'");
	openssl($t, "x509 -req -in $name.csr -CA $ca.crt -CAkey $ca.key"
		. " -CAcreateserial -copy_extensions copy -days $days -out $name.crt");
}

sub openssl {
	my ($t, $command) = @_;

	my $dir = $t->testdir();

	system("cd $dir && openssl $command >openssl.out 2>&1") == 0
		or die "openssl failed: " . $t->read_file('openssl.out');
}

# memcached with the certificate NAME, and TLS at port($port); what the test
# itself asks it goes over its other port, without TLS

sub tls_memcached {
	my ($t, $name, $port, @options) = @_;

	my $path = $t->testdir() . "/$name";

	return $t->memcached(
		tls => '127.0.0.1:' . port($port),
		args => ['-Z', '-o', join ',', "ssl_chain_cert=$path.crt",
			"ssl_key=$path.key", @options],
	);
}

# a session_manager with TLS to the port of a macro; the lines come last

sub tls_manager {
	my ($name, $macro, @lines) = @_;

	return join "\n    ", "session_manager $name {",
		'secret_file %%TESTDIR%%/secret;',
		"memcached 127.0.0.1:%%$macro%%;",
		"cookie $name secure=off;",
		'tls on;',
		@lines, "}\n";
}

###############################################################################

1;

###############################################################################
