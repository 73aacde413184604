#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# memcached with TLS: loads and saves, records that are written and read in
# parts, a session of TLS that is used again, and a reload.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Tls;

use constant SAVES => 8;

###############################################################################

my $t = Test::Session->new();

authority($t, 'ca');
issue($t, 'server', san => 'IP:127.0.0.1,DNS:memcached.example');

my $mc = tls_memcached($t, 'server', 8);
my $trusted = 'tls_trusted_certificate %%TESTDIR%%/ca.crt;';

my $large = join '', map { "session_set k$_ " . 'x' x 4000 . ";\n" } 1 .. 200;

$t->secret();
$t->write_conf(tls_manager('app', 'PORT_8', $trusted, 'timeout 10s;')
	. tls_manager('named', 'PORT_8', $trusted, 'tls_name memcached.example;')
	. tls_manager('short', 'PORT_8', $trusted, 'timeout 500ms;')
	. <<"EOF", main => 'error_log %%TESTDIR%%/debug.log debug;');
add_header  X-Status \$session_status always;
add_header  X-Error \$session_meta_error always;

server {
    listen  127.0.0.1:%%PORT_0%%;

    location = /app/load {
        session  app phase=rewrite;
        return   200 "\$session_user";
    }

    location = /app/save { session app; session_set user Ada; return 204; }
    location = /app/large { session app; $large return 204; }
    location = /app/last { session app phase=rewrite; return 200 "\$session_k200"; }

    location = /empty { empty_gif; }

    location /named { session named phase=rewrite; session_set user Bob; return 204; }
    location /short { session short phase=rewrite; session_set user Eve; return 204; }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();

http_get('/app/save', jar => $jar);
my $r = http_get('/app/load', jar => $jar);
is($r->header('X-Status'), 'HIT', 'loaded over TLS');
is($r->body(), 'Ada', 'what was saved over TLS');

http_get('/named', jar => $jar);
is(http_get('/named', jar => $jar)->header('X-Status'), 'HIT',
	'a certificate for the name of tls_name');

# more than the kernel takes at a time: memcached does not read at first

my @jars = map { cookie_jar() } 1 .. SAVES;

$mc->stop();
my @sockets = map { http_start(http_request('/app/large', jar => $_)) } @jars;
ok(wait_until { saves() >= SAVES }, 'saves begin');
is(http_get('/empty')->status(), 200, 'and their turn is over');
$mc->cont();

for my $i (0 .. $#jars) {
	$jars[$i]->absorb(http_end($sockets[$i]));
}

my @last = map { http_get('/app/last', jar => $_)->body() } @jars;
is(scalar(grep { $_ eq 'x' x 4000 } @last), SAVES,
	'large records are written and read in parts');
is($t->log_count(qr/session: memcached/), 0, 'over one connection');

# a connection that is made anew

http_get('/short', jar => $jar);
is(reused(0), 3, 'each manager begins with a whole handshake');

$mc->stop();
is(http_get('/short', jar => $jar)->header('X-Error'), 'memcached timed out',
	'memcached stalls');
$mc->cont();
ok(wait_until { http_get('/short', jar => $jar)->header('X-Status') eq 'HIT' },
	'and is found again');
cmp_ok(reused(1), '>=', 1, 'by a handshake with the session of the first');

$t->reload();
is(http_get('/app/load', jar => $jar)->body(), 'Ada', 'after a reload');

$t->stop();
done_testing();

###############################################################################

# saves that have begun to make a session

sub saves {
	my $begun = () = $t->read_file('debug.log') =~ /session save: CREATE of/g;

	return $begun - 2;
}

# handshakes that were whole (0), or went on with a session (1)

sub reused {
	my ($how) = @_;

	return scalar(() = $t->read_file('debug.log')
		=~ /session memcached TLS: TLSv1\.3, session reused: $how/g);
}

###############################################################################
