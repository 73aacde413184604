#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Each single allocation fails while sessions of profile tornado are read,
# changed and ended: the request ends, and the worker lives.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Echo;
use Test::Session::NoMemory;

###############################################################################

my $t = Test::Session->new();
my $memory = Test::Session::NoMemory->new($t)
	or plan(skip_all => 'the module is in the binary');
my $mc = $t->memcached();

$t->secret();
$t->secret('cookie', 'of the cookies');
$t->secret('assertion', 'a' x 32);

$t->write_conf(<<'EOF');
session_manager app {
    profile                tornado;
    secret_file            %%TESTDIR%%/secret;
    cookie_secret_file     %%TESTDIR%%/cookie;
    assertion_secret_file  %%TESTDIR%%/assertion;
    memcached              127.0.0.1:%%MC_0%%;
}

session_variable  $session_first list.0;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /begin { session_set user ada; return 204; }
    location = /read  { add_header X-Session
                        "$session_status $session_user $session_first";
                        empty_gif; }
    location = /set   { session_set user eve; session_unset n; return 204; }
    location = /move  { session_regenerate; return 204; }
    location = /end   { session_destroy; return 204; }
    location = /up    { session_header X-User user;
                        session_headers X-S- n list;
                        session_assertion X-Assertion sub=user keys=n,list;
                        session_hide_cookie on;
                        session_accept X-Session- keys=n;
                        proxy_pass http://127.0.0.1:%%PORT_1%%; }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&echo);
$t->run();

###############################################################################

my @records = (
	'as nginx made it' => undef,
	pickled => "\x80\x02}(U\x04userU\x03adaU\x01nK\x07U\x04list](K\x01K\x02eu.",
	'not a pickle' => 'no pickle',
	truncated => "\x80\x02}(U\x04user",
);

while (my ($name, $record) = splice @records, 0, 2) {
	for my $uri (qw! /read /set /move /end /up !) {
		$memory->survives("$uri, $name", sub { begin($record) },
			sub { http_get($uri, cookie => $_[0]) });
	}
}

is(http_get('/read', cookie => begin())->header('X-Session'), 'HIT ada ',
	'in the end a session is read');

done_testing();

###############################################################################

# the cookies of a new session, whose record is another one if there is one

sub begin {
	my ($record) = @_;

	$mc->flush();

	my $r = http_get('/begin');
	my ($key) = $mc->keys();

	$mc->set($key, $record) if defined $record;

	return join '; ', map { "$_=" . ($r->cookie($_) // '') }
		qw/ session_id verification /;
}

###############################################################################
