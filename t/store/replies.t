#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Replies that a real memcached does not give.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Token;

###############################################################################

my $t = Test::Session->new();

$t->secret('secret');

# each case has a manager and a fake server of its own

my $value = '{"user":"Ada"}';
my $good = "VA 14 c1 f0 t600 %O\r\n$value\r\n";

my @cases = (
	['single bytes', 'HIT', { reply => $good, split => 1 }],
	['no opaque', 'ERROR', { reply => "VA 14 c1 f0 t600\r\n$value\r\n" }],
	['a wrong opaque', 'ERROR',
		{ reply => "VA 14 c1 f0 t600 O999\r\n$value\r\n" }],
	['garbage', 'ERROR', { reply => "\x00\xff\x80 what?\r\n" }],
	['a line without an end', 'ERROR', { reply => 'V' x 5000 }],
	['a value that is too short', 'ERROR',
		{ reply => "VA 14 c1 f0 t600 %O\r\n{}\r\nHD 0123456789\r\n" }],
	['a negative length', 'ERROR', { reply => "VA -1 c1 %O\r\n\r\n" }],
	['a length beyond all', 'ERROR',
		{ reply => "VA 99999999999999999999 c1 %O\r\n" }],
	['an end inside of the value', 'ERROR',
		{ reply => "VA 14 c1 f0 t600 %O\r\n{\"us", then => 'close' }],
	['a reset', 'ERROR', { reply => 'VA', then => 'reset' }],
	['an end at once', 'ERROR', { reply => '', then => 'close' }],
	['SERVER_ERROR', 'ERROR', { reply => "SERVER_ERROR out of memory\r\n" }],
	['CLIENT_ERROR', 'ERROR', { reply => "CLIENT_ERROR bad\r\nERROR\r\n" }],
	['ERROR', 'ERROR', { reply => "ERROR\r\n" }],
	['the reply of another command', 'ERROR', { reply => "HD %O\r\n" }],
	['two replies', 'HIT', { reply => "${good}EN\r\n" }],
	['a miss', 'EXPIRED', { reply => "EN %O\r\n" }],
	['a miss without an opaque', 'ERROR', { reply => "EN\r\n" }],
	['no answer', 'ERROR', { }],
	['a value above max_size', 'CORRUPT',
		{ reply => 'VA 300 c1 f0 t600 %O' . "\r\n" . 'x' x 300 . "\r\n" }],
	['an empty value', 'CORRUPT', { reply => "VA 0 c1 f0 t600 %O\r\n\r\n" }],
);

my ($managers, $locations) = ('', '');

for my $n (0 .. $#cases) {
	$t->memcached_fake({ expect => qr/^mg /, repeat => 1, %{$cases[$n][2]} });

	$managers .= <<EOF;
    session_manager m$n {
        secret_file  %%TESTDIR%%/secret;
        memcached    127.0.0.1:%%MC_$n%%;
        cookie       sid secure=off;
        max_size     200;
        timeout      500ms;
    }
EOF

	$locations .= <<EOF;
        location = /m$n {
            session           m$n phase=rewrite;
            session_on_error  pass;
            return            200 "\$session_status \$session_user";
        }
EOF
}

$t->write_conf(<<"EOF");
$managers
server {
    listen  127.0.0.1:%%PORT_0%%;
$locations
}
EOF

$t->run();

###############################################################################

my $secret = $t->read_file('secret');
chomp $secret;

for my $n (0 .. $#cases) {
	my ($name, $status) = @{$cases[$n]};

	my $token = Test::Session::Token->new(
		secret => $secret, name => "m$n", purpose => 'session cookie');
	my $cookie = 'sid=' . $token->sign();

	is((split / /, http_get("/m$n", cookie => $cookie)->body)[0], $status,
		$name);
}

cmp_ok($t->log_count(qr/\[error\].*session: memcached/), '>=', 10,
	'the log tells what was wrong');
is($t->log_count(qr/Ada/), 0, 'and nothing of what was in the value');

$t->stop();
done_testing();

###############################################################################
