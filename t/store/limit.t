#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# An operation ends connect_timeout and timeout after its start, though it was
# started once more on a connection whose first command is not answered: before
# another one, which began later and whose server waits for longer.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Token;

###############################################################################

my $value = '{"user":"ada"}';
my $version = { expect => qr/^version/ };
my $mg = { expect => qr/^mg / };

# 900 ms are over when the first connection ends, 1100 when the operation does;
# for the second connection it would be 1900

my $t = Test::Session->new();

$t->memcached_fake(
	{ %$mg, reply => 'VA ' . length($value) . " c7 f0 t100 %O\r\n$value\r\n" },
	{ %$mg, delay => 0.9, reply => '', then => 'reset' }, $version, $mg);
$t->memcached_fake($version, $mg);

$t->secret();
$t->write_conf(<<"EOF");
session_manager m0 {
    secret_file      %%TESTDIR%%/secret;
    memcached        127.0.0.1:%%MC_0%%;
    cookie           sid secure=off;
    connect_timeout  100ms;
    timeout          1s;
}

session_manager m1 {
    secret_file      %%TESTDIR%%/secret;
    memcached        127.0.0.1:%%MC_1%%;
    cookie           sid secure=off;
    timeout          1500ms;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location = /m0 { session m0 require; empty_gif; }
    location = /m1 { session m1 require; empty_gif; }
}
EOF

$t->run();

my $secret = $t->read_file('secret') =~ s/\s+\z//r;

is(http_get('/m0', cookie => cookie('m0'))->status(), 200, 'a good connection');

my @sockets = map { http_start(http_request("/$_", cookie => cookie($_))) }
	qw/ m0 m1 /;

is(http_end($_)->status(), 503, 'a load fails') for @sockets;

my @ended = $t->read_log() =~ /record of "(m\d)" could not be loaded/g;

is("@ended", 'm0 m1', 'the one that began first ends first');

$t->stop();
done_testing();

###############################################################################

sub cookie {
	my ($name) = @_;

	return 'sid=' . Test::Session::Token->new(secret => $secret,
		name => $name, purpose => 'session cookie')->sign();
}

###############################################################################
