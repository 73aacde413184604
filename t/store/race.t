#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A connection to memcached that was silent for long: a fresh one is opened
# beside it, and the first of the two that is ready gets the command.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Token;

use constant SILENCE => 10;		# NGX_SESSION_MC_SILENCE

###############################################################################

my $value = '{"user":"ada"}';
my $hit = { expect => qr/^mg /,
	reply => 'VA ' . length($value) . " c7 f0 t100 %O\r\n$value\r\n" };

my $t = Test::Session->new();
$t->secret();

# the old connection answers nothing more; it is reset; it is as it was

my @fakes = (
	$t->memcached_fake($hit, { expect => qr/^mn/ }, $hit),
	$t->memcached_fake($hit, { expect => qr/^mn/, reply => '',
		then => 'reset' }, $hit),
	$t->memcached_fake($hit, $hit),
);

$t->write_conf(join '', map { <<"EOF" } 0 .. $#fakes);
session_manager m$_ {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_$_%%;
    cookie       sid secure=off;
}

server {
    listen   127.0.0.1:%%PORT_$_%%;
    session  m$_ require;

    location = / {
        empty_gif;
    }
}
EOF

$t->run();

my $secret = $t->read_file('secret') =~ s/\s+\z//r;
my @names = ('silent', 'reset', 'well');

is(load($_)->status(), 200, "$names[$_]: a first load") for 0 .. $#fakes;

sleep SILENCE + 1;

for my $n (0 .. $#fakes) {
	is(load($n)->status(), 200, "$names[$n]: a load after long silence");
	is(join(' ', $fakes[$n]->failures()), '',
		"$names[$n]: each command is sent once");
}

is($fakes[$_]->connections(), 2, "$names[$_]: on a second connection")
	for 0, 1;
is($t->log_count(qr/\[error\]/), 0, 'nothing has failed');

$t->stop();
done_testing();

###############################################################################

sub load {
	my ($n) = @_;

	my $token = Test::Session::Token->new(secret => $secret, name => "m$n",
		purpose => 'session cookie');

	return http_get('/', port => port($n), cookie => 'sid=' . $token->sign());
}

###############################################################################
