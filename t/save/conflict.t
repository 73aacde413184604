#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Changes of one session by several requests at once, and by others: none is
# lost, and a session that was ended stays so.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Race;
use Test::Session::Relay;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);
$t->secret();
$t->write_file('keys.conf', join '', map { "location = /key/$_ {"
	. " session_set key$_ yes; return 200; }\n" } 1 .. 64);

$t->write_conf(<<'EOF', main => 'worker_processes  2;');
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    regenerate_grace 0;
    memcached    127.0.0.1:%%MC_0%%;
    key_prefix   s:;
    timeout      30s;
    cookie       app secure=off;
}

# the same sessions, by way of the relay
session_manager slow {
    secret_file  %%TESTDIR%%/secret;
    regenerate_grace 0;
    memcached    127.0.0.1:%%MC_1%%;
    key_prefix   s:;
    timeout      30s;
    cookie       slow secure=off;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;
    include  keys.conf;
    include  actions.conf;
}
server {
    listen   127.0.0.1:%%PORT_1%%;
    session  slow;
    include  actions.conf;
}
EOF

$t->write_file('actions.conf', <<'EOF');
location = /set    { session_set a $arg_v; return 200 $session_a; }
location = /other  { session_set b $arg_v; return 200; }
location = /unset  { session_unset a; return 200; }
location = /async  { session_save async; session_set c $arg_v; return 200; }
location = /end    { session_destroy; return 200; }
location = /move   { session_regenerate; return 200; }
location = /login  { session_regenerate; session_set user $arg_v; return 200; }
EOF

$t->run();

###############################################################################

my $race = Test::Session::Race->new($t, $mc, $relay);
my ($key, $app, $r);

# 64 requests at once, each with a key of its own, on two workers

for my $round (1 .. 3) {
	begin();
	my @sockets = map { http_start(http_request("/key/$_", cookie => $app,
		close => 1)) } 1 .. 64;
	is(join(' ', map { http_end($_)->status() } @sockets),
		join(' ', (200) x 64), "64 writers are served, round $round");

	my $record = $mc->get($key);
	is(join(' ', grep { $record !~ /"key$_":"yes"/ } 1 .. 64), '',
		"64 writers keep their keys, round $round");
}

is($t->log_count(qr/were not saved/), 0, 'no change was given up');

###############################################################################

# between load and save of a slow request, something else happens

for (
	['an outside writer', sub { $mc->set($key, '{"a":"1","x":[1, 2]}') },
		'/other?v=2', '{"a":"1","x":[1, 2],"b":"2"}'],
	['an outside writer of the same key', sub { $mc->set($key, '{"a":"9"}') },
		'/set?v=2', '{"a":"2"}'],
	['an outside writer, a key removed', sub { $mc->set($key,
		'{"x":1,"a":"3"}') }, '/unset', '{"x":1}'],
	['an async save', sub { $mc->set($key, '{"x":1}') }, '/async?v=2',
		'{"x":1,"c":"2"}'],
) {
	my ($name, $meanwhile, $uri, $record) = @$_;

	begin();
	interfere($uri, $meanwhile, qr/^ms /);
	ok(wait_until { $mc->get($key) eq $record }, "$name: both are kept")
		or diag($mc->get($key));
	is($r->status(), 200, "$name: served");
	is($r->header('Set-Cookie'), undef, "$name: no new cookie");
}

for my $uri ('/set?v=2', '/other?v=2', '/unset', '/async?v=2', '/move',
	'/login?v=eve')
{
	begin();
	interfere($uri, sub { $mc->delete($key) }, qr/^m[sd] /);
	is($r->status(), 200, "$uri after a logout is served");
	is($r->header('Set-Cookie'), undef, "$uri after a logout sets no cookie");
	ok(wait_until { !$mc->keys() }, "$uri after a logout revives nothing");
	}

ok($t->log_count(qr/\[info\].*destroyed meanwhile/), 'which is logged');

# a move while others write, or move, or end the session

begin();
interfere('/login?v=eve', sub { $mc->set($key, '{"a":"1","x":2}') }, leaves());
like($r->cookie('slow'), qr/./, 'a move sends a cookie');
is(records(), '{"a":"1","x":2,"user":"eve"}',
	'a move takes along what was written meanwhile, and leaves no copy');

begin();
interfere('/login?v=eve', sub { http_get('/end', cookie => $app) }, leaves());
is($r->header('Set-Cookie'), undef, 'a logout wins over a move, no cookie');
is(join(' ', $mc->keys()), '', 'a logout wins over a move, no record');

begin();
my $other;
interfere('/login?v=eve', sub { $other = http_get('/login?v=bob',
	cookie => $app) }, leaves());
like($r->cookie('slow'), qr/./, 'of two logins one sends a cookie');
like($other->cookie('app'), qr/./, 'and so does the other');
is(records(), '{"a":"1","user":"bob"} {"a":"1","user":"eve"}',
	'of two logins each has a session');

begin();
interfere('/move', sub { http_get('/move', cookie => $app) }, leaves());
is($r->header('Set-Cookie'), undef, 'of two moves one sends no cookie');
is(records(), '{"a":"1"}', 'of two moves one record is left');

begin();
interfere('/set?v=2', sub { http_get('/move', cookie => $app) }, qr/^ms /);
is(records(), '{"a":"1"}',
	'a change that comes after a move does not revive the old id');

begin();
interfere('/end', sub { $mc->set($key, '{"a":"1","x":2}') }, qr/^md /);
is(join(' ', $mc->keys()), '', 'a logout wins over a write');
like($r->header('Set-Cookie'), qr/^slow=;/, 'a logout expires the cookie');

done_testing();
###############################################################################

sub begin {
	$race->begin();
	($key, $app) = ($race->key(), $race->app());
}

# the write to the old id

sub leaves { return qr/^m[sd] \Q$key\E / }

sub records { return join ' ', sort map { $mc->get($_) } $mc->live() }

sub interfere {
	$r = $race->interfere(@_);
}

###############################################################################
