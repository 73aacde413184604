#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# An upstream says that somebody has logged in, or that the data from before
# is to be left behind; "regenerate" of session_accept permits both.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% regenerate_grace 0; }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location / {
        session_accept  X-Session- keys=user,cart regenerate;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location = /keys {
        session_accept  X-Session- keys=user,cart;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location = /clear {
        session_regenerate  clear;
        session_set         user conf;
        return              204;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $jar = cookie_jar();

http_get('/', jar => $jar, say_lines('Set: cart=42'));
my ($key) = $mc->keys();

http_get('/keys', jar => $jar, say_lines(['Set: user=Eve', "$_"]))
	for 'Regenerate: login', 'Clear: 1';
is_deeply(records(), [ '{"cart":"42"}' ], 'without "regenerate" nothing is done');

http_get('/', jar => $jar, say_lines(['Set: user=Eve', "$_"]))
	for 'Regenerate: Login', 'Clear: login', 'Clear: all';
is_deeply(records(), [ '{"cart":"42"}' ], 'nor by other words');

my $r = http_get('/', jar => $jar,
	say_lines(['Set: user=Ada', 'Regenerate: login']));
like($r->cookie('sid') // '', qr/^[\w-]+$/, 'a login sends another id');
is_deeply(records(), [ '{"cart":"42","user":"Ada"}' ], 'and keeps the data');
like($mc->get($key), qr/^moved .* login$/m, 'in a record of its own');

$r = http_get('/', jar => $jar, say_lines(['Set: user=Bob', 'Clear: 1']));
like($r->cookie('sid') // '', qr/^[\w-]+$/, 'a clear sends another id');
is_deeply(records(), [ '{"user":"Bob"}' ], 'with what this request sets only');

http_get('/', jar => $jar, say_lines('Set: cart=7'));
http_get('/', jar => $jar, say_lines(['Regenerate: login', 'Set: user=Cy',
	'Clear: 1']));
is_deeply(records(), [ '{"user":"Cy"}' ], 'both, in any order');

http_get('/', jar => $jar, say_lines('Set: cart=7'));
http_get('/clear', jar => $jar);
is_deeply(records(), [ '{"user":"conf"}' ], 'session_regenerate clear');

$t->stop();
done_testing();

###############################################################################

# of the sessions that live: not what a replaced id has left

sub records {
	return [ grep { !/^moved / } map { $mc->get($_) } $mc->keys() ];
}

###############################################################################
