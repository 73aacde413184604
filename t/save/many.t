#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Many changes of a record with many keys: each is found in one pass over the
# record (how much work that is, unit/test_keyset.c counts), and each counts.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;

###############################################################################

use constant {
	MEMBERS => 60000,
	LINES => 50,		# as many as session_accept takes
};

my $t = Test::Session->new();
my $mc = $t->memcached(args => ['-I', '4m']);
my $keys = join ',', map { "k$_" } 0 .. 2 * LINES;

$t->secret();
$t->write_conf(<<"EOF");
log_format  saves \$session_meta_save;

session_manager app { %%MANAGER_sid%% max_size 2m; }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location / {
        session_accept  X-Session- keys=$keys;
        access_log      %%TESTDIR%%/saves.txt saves;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

my $cookie = 'sid=' . http_get('/', say_lines('Set: k0=new'))->cookie('sid');
my ($key) = $mc->keys();

# the keys k0 to k24, in part spelled with an escape or twice, and many others

my @old = map { [ $_ % 2 ? "k$_" : "\\u006b$_", $_ ] } 0 .. LINES / 2 - 1;
my @twice = map { [ "k$_", "\"$_\"" ] } 0 .. 4;
my @others = map { [ "o$_", $_ ] } 1 .. MEMBERS;

###############################################################################

said(map { "Set: k$_=x$_" } 0 .. LINES - 1);
is_record([ map { [ $_->[0], '"x' . number($_) . '"' ] } @old ], [],
	[ map { [ "k$_", "\"x$_\"" ] } LINES / 2 .. LINES - 1 ],
	'what is there keeps its place, what is new comes last');

said(map { "Unset: k$_" } 0 .. LINES - 1);
is_record([], [], [], 'nothing of these keys is left');

said(map { "Incr: k$_=5" } 5 .. LINES - 1, 5 .. 9);
is_record([ map { number($_) < 5 ? $_ : [ $_->[0],
	number($_) + (number($_) < 10 ? 10 : 5) ] } @old ], \@twice,
	[ map { [ "k$_", 5 ] } LINES / 2 .. LINES - 1 ],
	'each counts, also twice of a key');

said(map { "Set: k$_=$_" } 0 .. 4);
said('Set: k4=5', map { "Unset: k$_" } LINES .. 2 * LINES - 2);
is_record([ map { number($_) == 4 ? [ $_->[0], '"5"' ] : $_ } @old ],
	[ @twice[0 .. 3] ], [], 'is the one that is made');

$t->stop();

is_deeply([ split /\n/, $t->read_file('saves.txt') ],
	[ ('saved') x 4, '-', 'saved' ],
	'of a key that stands twice the last value counts');

done_testing();

###############################################################################

# the number of an old key

sub number {
	my ($member) = @_;

	return $member->[0] =~ /(?:k|006b)(\d+)$/ ? $1 : -1;
}

sub record {
	return '{' . join(',', map { "\"$_->[0]\":$_->[1]" } @_) . '}';
}

# writes the record anew, and changes it

sub said {
	$mc->set($key, record(@old, @others, @twice));

	is(http_get('/', cookie => $cookie, say_lines([ @_ ]))->status(), 200,
		@_ . ' lines');
}

sub is_record {
	my ($begin, $twice, $end, $name) = @_;

	ok($mc->get($key) eq record(@$begin, @others, @$twice, @$end), $name)
		or diag(map { substr $_, 0, 200 } $mc->get($key), "\n",
		record(@$begin));
}

###############################################################################
