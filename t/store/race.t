#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A connection to memcached that was silent for long: a fresh one is opened
# beside it, and the first of the two that answers gets the command.

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
my $mute = { expect => qr/^mn/ };
my %ends = map { $_ => { expect => qr/^version/, reply => '', then => $_ } }
	qw/ close reset /;

my $t = Test::Session->new();
$t->secret();

# with a fresh connection that fails before the old one answers

my $late = { %$hit, reply => "MN\r\n" . $hit->{reply} };

# a fresh connection that is accepted, and not answered

my $slow = { %$mute, delay => 0.2, reply => "MN\r\n" };
my $deaf = { expect => qr/^(?:version|mg )/, repeat => 1, reply => sub {
	my ($opaque) = $_[0] =~ / (O\d+)/ or return '';
	return $hit->{reply} =~ s/%O/$opaque/r;
} };

# name, steps of the server, status of a load after the silence; the old
# connection is asked before the fresh one

my @cases = (
	['as it was', [$hit, $hit], 200],
	['the old one is mute', [$hit, $mute, $hit], 200],
	['the old one is reset', [$hit, { %$mute, reply => '', then => 'reset' },
		$hit], 200],
	['the fresh one is closed', [$hit, $mute, $ends{close}, $late], 200],
	['the fresh one is reset', [$hit, $mute, $ends{reset}, $late], 200],
	['the fresh one stands', [$hit, $slow, $deaf], 200],
	['one is mute, one reset', [$hit, $mute, $ends{reset},
		{ expect => qr/^mg / }], 503],
	['both are mute', [$hit, $mute, $mute, { expect => qr/^mg / }], 503],
);

my @fakes = map { $t->memcached_fake(@{$_->[1]}) } @cases;

$t->write_conf(join '', map { <<"EOF" } 0 .. $#cases);
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

is(load($_)->status(), 200, "$cases[$_][0]: a first load") for 0 .. $#cases;

sleep SILENCE + 1;

for my $n (0 .. $#cases) {
	my ($name, undef, $status) = @{$cases[$n]};
	my $down = $status == 503 ? 1 : 0;

	is(load($n)->status(), $status, "$name: a load after long silence");

	# a server that is down is tried again

	ok(wait_until { $fakes[$n]->connections() >= 2 },
		"$name: a second connection");
	is($fakes[$n]->connections(), 2, "$name: and no third") if !$down;
	is(join(' ', $fakes[$n]->failures()), '',
		"$name: each command is sent once");
	ok(wait_until { failed($n) == $down },
		"$name: " . ($down ? 'the server is down' : 'nothing has failed'));
}

$t->stop();
done_testing();

###############################################################################

# how often the log says that operations of the server failed

sub failed {
	my ($n) = @_;

	return $t->log_count(qr/\[error\].*"\Q@{[$fakes[$n]->address()]}\E"/);
}

sub load {
	my ($n) = @_;

	my $token = Test::Session::Token->new(secret => $secret, name => "m$n",
		purpose => 'session cookie');

	return http_get('/', port => port($n), cookie => 'sid=' . $token->sign());
}

###############################################################################
