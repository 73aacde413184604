#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A connection to memcached that was good, and ends before a reply: what may be
# sent once more is, and nothing fails; the reply to a second write may tell of
# the first.

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
my $hit = { expect => qr/^mg /,
	reply => 'VA ' . length($value) . " c7 f0 t100 %O\r\n$value\r\n" };
my $miss = { expect => qr/^mg /, reply => "EN %O\r\n" };
my @end = map { { reply => '', then => $_ } } qw/ close reset /;

my %ms = map { $_ => { expect => qr/^ms .* C7 /, reply => "$_ %O\r\n" } }
	qw/ HD EX NF /;

# name, path, steps of the server, status, what is logged

my @cases = (
	(map { ["a load ($_->{then})", 'load', [$hit, $_, $hit], 200] } @end),
	(map { ["two loads ($_->{then})", 'load', [$hit, $_, $_], 503,
		qr/could not be loaded: memcached/] } @end),
	['a half reply', 'load', [$hit, { reply => 'VA 1', then => 'reset' }], 503,
		qr/could not be loaded: memcached/],
	(map { ["no reply of its own ($_->[0])", 'load', [$hit, { reply => $_->[1] }],
		503, qr/could not be loaded: memcached/] } ['bare', "EN\r\n"],
		['of another', "EN O4711\r\n"], ['of no memcached', "?\n"]),
	(map { ["a save ($_->{then})", 'save', [$hit, $hit, $_, $ms{HD}], 200] }
		@end),
	['a save that has won before', 'save', [$hit, $hit, $end[0], $ms{EX}, $hit,
		$ms{HD}], 200],
	['the same, and an end', 'save', [$hit, $hit, $end[0], $ms{EX}, $miss], 200,
		qr/destroyed meanwhile/],
	['a save, and a logout meanwhile', 'save', [$hit, $hit, $end[0], $ms{NF}],
		200, qr/destroyed meanwhile/],
);

my $t = Test::Session->new();
$t->secret();

my (@fakes, $blocks);

for my $i (0 .. $#cases) {
	push @fakes, $t->memcached_fake(@{$cases[$i][2]});
	$blocks .= block($i);
}

$t->write_conf($blocks);
$t->run();

check($_, @{$cases[$_]}) for 0 .. $#cases;

# nginx's own messages of each have no limit

is($t->log_count(qr/(?:recv|send)\(\) failed/), 0, 'resets are told by limits');

done_testing();

###############################################################################

sub check {
	my ($i, $name, $path, $steps, $status, $log) = @_;

	my $fake = $fakes[$i];
	my @request = (port => port($i), cookie => cookie($i));

	is(http_get('/load', @request)->status(), 200, "$name: first, a good reply");
	is(http_get("/$path", @request)->status(), $status, "$name: $status");

	ok($t->wait_for_log($log), "$name: logged") if $log;

	is($fake->connections(), 2, "$name: a second connection")
		if $name !~ /reply/;
	is(join(' ', $fake->failures()), '', "$name: what was sent is right");
}

sub block {
	my ($i) = @_;

	return <<"EOF";
session_manager m$i {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_$i%%;
    cookie       sid secure=off;
}

server {
    listen   127.0.0.1:%%PORT_$i%%;
    session  m$i require;

    location = /load {
        empty_gif;
    }

    location = /save {
        session_set       n 1;
        session_on_error  deny;
        empty_gif;
    }
}
EOF
}

sub cookie {
	my ($i) = @_;

	return signed_cookie($t, "m$i");
}

###############################################################################
