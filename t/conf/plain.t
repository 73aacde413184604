#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A cookie that browsers drop on plain HTTP: "nginx -t" warns where no listener
# speaks TLS, and a response that sends it is told of.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
$t->memcached();
$t->secret();
$t->certificate('localhost');

# "nginx -t" cannot listen there, but warns before it tries

my ($plain, $tls) = ('listen 192.0.2.1:80', 'listen 192.0.2.1:443 ssl');
my ($here, $other) = ('listen 127.0.0.1:%%PORT_2%%', 'listen 192.0.2.2:80');

# both messages say what to write, in the same words

my $write = qr/"cookie NAME secure=off" for plain HTTP alone, "secure=auto" for/;

my $warned = qr/\[warn\] .*the cookie of session_manager "app" has Secure, .*$write/;

# what is in the manager, the servers; is it warned of?

my @cases = (
	[ 'plain', '', [ $plain ], 1 ],
	[ 'two, plain', '', [ "$plain; $other" ], 1 ],
	[ 'two servers, plain', '', [ $plain, $other ], 1 ],
	[ 'a cookie without "secure="', 'cookie shop;', [ $plain ], 1 ],
	[ 'a __Host- cookie', 'cookie __Host-shop;', [ $plain ], 1 ],
	[ 'a cookie with a path', 'cookie shop path=/shop;', [ $plain ], 1 ],
	[ 'IPv6, plain', '', [ 'listen [2001:db8::1]:80' ], 1 ],
	[ 'any address, plain', '', [ 'listen %%PORT_3%%' ], 1 ],
	[ 'TLS', '', [ $tls ], 0 ],
	[ 'both', '', [ "$plain; $tls" ], 0 ],
	[ 'a server for each', '', [ $plain, $tls ], 0 ],
	[ 'this machine', '', [ $here ], 0 ],
	[ 'this machine and another', '', [ "$plain; $here" ], 0 ],
	[ 'this machine, IPv6', '', [ 'listen [::1]:%%PORT_2%%' ], 0 ],
	[ 'a unix socket', '', [ 'listen unix:%%TESTDIR%%/none.sock' ], 0 ],
	[ 'secure=off', 'cookie sid secure=off;', [ $plain ], 0 ],
	[ 'secure=auto', 'cookie sid secure=auto;', [ $plain ], 0 ],
	[ 'secure=on', 'cookie sid secure=on;', [ $plain ], 0 ],
	[ 'profile tornado', 'tornado', [ $plain ], 0 ],
);

for my $case (@cases) {
	my ($what, $manager, $servers, $is) = @$case;
	my $said = check($manager, map { "server { $_; session app; }" }
		@$servers);

	like($said, qr/ syntax is ok$/m, "$what: is taken");
	is($said =~ /$warned/ || 0, $is, "$what: " . ($is ? '' : 'not ') . 'warned');
}

my $said = check('', "server { $plain; location /a { session app; } }",
	"server { $tls; }");
like($said, qr/$warned.* in \S+check\.conf:(\d+)$/m,
	'TLS of a server that has no session does not count');
my ($line) = $said =~ /$warned.* in \S+check\.conf:(\d+)$/m;
my @lines = split /\n/, $t->read_file('check.conf');
like($lines[$line - 1], qr/^session_manager app \{/,
	'the line is that of the manager');

$said = check('', "server { $plain; session off; }");
unlike($said, $warned, 'no server uses it');

###############################################################################

$t->write_conf(<<'CONF');
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_0%%;
}

session_manager sure {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_0%%;
    cookie       sure secure=on;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location /app { session app; session_set a 1; return 204; }
    location /sure { session sure; session_set a 1; return 204; }
}
CONF

$t->run();

my $told = qr/\[error\] .*session: cookie of "app" has Secure, and browsers .*$write/;

http_get('/app', host => $_) for 'localhost', 'LOCALHOST:80', 'a.localhost',
	'127.0.0.1', '127.1.2.3:8080', '[::1]', '[::1]:80';
http_get('/app', host => 'example.org', header => 'X-Forwarded-Proto: https');
http_get('/sure', host => 'example.org');
http("GET /app HTTP/1.0\r\n\r\n");
is($t->log_count($told), 0, 'this machine, TLS before nginx, secure=on');

for my $host ('example.org', 'notlocalhost', '128.0.0.1', 'localhost.org',
	'[2001:db8::1]')
{
	my $before = $t->log_count($told);

	# one line a second

	wait_until {
		http_get('/app', host => $host);
		return $t->log_count($told) > $before;
	} 10;

	cmp_ok($t->log_count($told), '>', $before, "told of $host");
}

$t->stop();
done_testing();

###############################################################################

sub check {
	my ($more, @servers) = @_;

	my $common = 'memcached 127.0.0.1;';
	my $manager = $more eq 'tornado'
		? "profile tornado; secret_file %%TESTDIR%%/secret; "
			. "cookie_secret_file %%TESTDIR%%/secret; $common"
		: "secret_file %%TESTDIR%%/secret; $common $more";

	return ($t->check_http("ssl_certificate %%TESTDIR%%/localhost.crt;\n"
		. "ssl_certificate_key %%TESTDIR%%/localhost.key;\n"
		. "session_manager app { $manager }\n" . join("\n", @servers) . "\n"))[1];
}

###############################################################################
