#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What clients, upstreams and a dead memcached can repeat costs at most one
# line of the log a second of each kind; how many were left out is told later.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;

###############################################################################

use constant REPEATS => 100;

my $t = Test::Session->new();
my $mc = $t->memcached();

# one closes the connection behind each reply, one before each second reply

my $fails = 0;

$t->memcached_fake({ expect => qr/^ms /, reply => "HD %O\r\n" },
	{ expect => qr/^mg /, reply => "EN %O\r\n", then => 'close', repeat => 1 });
$t->memcached_fake({ expect => qr/^ms /, reply => "HD %O\r\n" },
	{ expect => qr/^mg /, repeat => 1, reply => sub {
		return $fails++ % 2 ? ('', 'close') : "EN $1\r\n"
			if $_[0] =~ / (O\w+)/;
	} });

$t->secret('secret');
$t->write_file('key', 'k' x 32);

$t->write_conf(<<'EOF');
log_not_found  off;

session_manager app {
    secret_file            %%TESTDIR%%/secret;
    assertion_secret_file  %%TESTDIR%%/key;
    memcached              127.0.0.1:%%MC_0%%;
    cookie                 sid secure=off;
    max_size               8k;
}

session_manager other { %%MANAGER_oid%% }

session_manager closes { secret_file %%TESTDIR%%/secret;
                         cookie cid secure=off; memcached 127.0.0.1:%%MC_1%%; }
session_manager fails  { secret_file %%TESTDIR%%/secret;
                         cookie fid secure=off; memcached 127.0.0.1:%%MC_2%%; }

session_variable  $session_theme theme;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location /load  { empty_gif; }
    location /csrf  { session_csrf on; empty_gif; }
    location /set   { session_set theme $arg_v; empty_gif; }
    location /large { session_set theme "$arg_v$arg_v$arg_v$arg_v$arg_v";
                      empty_gif; }
    location /lost  { session off; set $session_theme x; empty_gif; }
    location /cross { set $session_theme x; error_page 404 = /other; }
    location /other { session other; empty_gif; }
    location /closes { session closes; session_set theme $arg_v; empty_gif; }
    location /fails  { session fails; session_set theme $arg_v; empty_gif; }
    location /closed { session closes; empty_gif; }
    location /failed { session fails; empty_gif; }

    location /incr {
        session_accept    X-Session- keys=theme;
        proxy_set_header  X-Say "X-Session-Incr: theme=1";
        proxy_pass        http://127.0.0.1:%%PORT_1%%;
    }
    location /refused {
        session_accept    X-Session- keys=theme;
        proxy_set_header  X-Say "X-Session-Set: nope=1";
        proxy_pass        http://127.0.0.1:%%PORT_1%%;
    }
    location /claims {
        session_assertion  X-Assertion keys=theme;
        proxy_pass         http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $good = 'sid=' . http_get('/set?v=' . 'x' x 5000)->cookie('sid');
my $corrupt = 'sid=' . http_get('/set?v=short')->cookie('sid');
my ($key) = grep { $mc->get($_) =~ /short/ } $mc->keys();

$mc->set($key, '{');

# each: what is logged, the request that repeats it

my @kinds = (
	[ qr/cookie of "app" was refused: /, '/load',
		cookie => 'sid=' . 'A' x 112 ],
	[ qr/request for "app" was refused by "session_csrf": /, '/csrf',
		method => 'POST' ],
	[ qr/"theme" of "app" was not set: the value is not /, "/set?v=\xff" ],
	[ qr/of "app" were not saved: the record would exceed max_size/,
		'/large?v=' . 'x' x 2000 ],
	[ qr/"theme" .*: the location has no session/, '/lost' ],
	[ qr/of "app" were dropped: the request went on with "o/, '/cross' ],
	[ qr/of "app" were not saved: a value to be incremented is not an/,
		'/incr', cookie => $good ],
	[ qr/changes of "app" by the upstream were refused: /, '/refused' ],
	[ qr/assertion of "app" was not sent: its claims are longer than 4/,
		'/claims', cookie => $good ],
	[ qr/record "[\w-]{8}" of "app" is corrupt: truncated at offset 1/,
		'/load', cookie => $corrupt ],
	[ qr/\[info\] .*memcached "\S+" closed an idle connection/, '/closed',
		cookie => 'cid=' . http_get('/closes?v=y')->cookie('cid') ],
	[ qr/\[info\] .*memcached "\S+" \w.*, operations started again: /,
		'/failed', cookie => 'fid=' . http_get('/fails?v=y')->cookie('fid') ],
);

for my $kind (@kinds) {
	my ($text, $uri, %extra) = @$kind;

	repeat($text, $uri, %extra);

	ok(Test::Session::wait_until {
		http_get($uri, %extra);
		$t->log_count(qr/$text.*\(\d+ more not logged\)/);
	}, "$uri: what was left out is told");
}

$mc->kill();

ok(Test::Session::wait_until {
	http_get('/load', cookie => $good);
	$t->log_count(qr/memcached "\S+" .+, operations failed: \d/);
}, 'memcached is down, which is logged');

repeat(qr/record of "app" could not be loaded: memcached \w/, '/load',
	cookie => $good);
repeat(qr/changes of "app" were not saved: memcached \w/, '/set?v=y');

$mc->start();
ok($t->wait_for_log(qr/\[notice\] .*memcached "\S+" is up again, operations/),
	'memcached is up again');

# all of the log

my ($log, %lines) = $t->read_log();

for ($log =~ /^(.*session: .*)$/mg) {
	my ($second, $level, $text) = /^(\S+ \S+) (\[\w+\]) .*?session: (.*)$/;

	$text =~ s/(?: \(\d+ more not logged\))?(?:, client: .*)?$//;
	$text =~ s/(?<= )\d+//g;
	$lines{"$second $level $text"}++;
}

is_deeply([ grep { $lines{$_} > 1 } sort keys %lines ], [],
	'no message was written twice in a second');
unlike($log, qr/\(0 more/, 'nothing is said where none was left out');

$t->stop();
done_testing();

###############################################################################

sub repeat {
	my ($text, $uri, %extra) = @_;

	my $served = 0;

	# the connections to the upstream end with each response

	$served += grep { $_->status() < 500 }
		http_pipeline([ (http_request($uri, %extra)) x 10 ])
		for 1 .. REPEATS / 10;

	is($served, REPEATS, "$uri: was repeated");
	ok($t->log_count($text), "$uri: was logged");
}

###############################################################################
