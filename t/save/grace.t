#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# regenerate_grace: for a short while the old id answers with what it knew,
# and what is saved under it lands in the session that goes on.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Race;
use Test::Session::Relay;
use Test::Session::Seen;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);
my $race = Test::Session::Race->new($t, $mc, $relay);

$t->secret();
$t->write_conf(<<'EOF', main => 'worker_processes  2;');
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_0%%;
    key_prefix   s:;
    timeout      30s;
    cookie       app secure=off max_age=1h;
}
session_manager slow { %%RELAYED_slow%% key_prefix s:; }
session_manager short {
    %%MANAGER_short%%
    key_prefix        t:;
    regenerate_grace  1s;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;
    include  actions.conf;
    location /short/ {
        session  short phase=rewrite;
        location = /short/begin { session_set a 1; return 200; }
        location = /short/move { session_regenerate; return 200; }
        location = /short/read { return 200 "$session_status $session_a"; }
    }
}
server {
    listen   127.0.0.1:%%PORT_1%%;
    session  slow;
    include  actions.conf;
}
EOF

$t->write_file('actions.conf', <<'EOF');
location = /read   { add_header X-Session "$session_status $session_a $session_user"; empty_gif; }
location = /set    { session_set a $arg_v; return 200; }
location = /other  { session_set b $arg_v; return 200; }
location = /user   { session_set user $arg_v; return 200; }
location = /unset  { session_unset user; return 200; }
location = /end    { session_destroy; return 200; }
location = /move   { session_regenerate; return 200; }
location = /login  { session_regenerate; session_set user $arg_v; return 200; }
EOF

$t->run();

###############################################################################

# one after the other

$race->begin();
my $old = $race->app();
my $r = http_get('/move', cookie => $old);
my $new = 'app=' . $r->cookie('app');

is(seen_as($new), 'HIT 1 ', 'the new id has all');
is(records(), '{"a":"1"}', 'there is one record besides');
http_get('/user?v=eve', cookie => $new);
is(seen_as($old), 'HIT 1 ', 'the old id answers, with what it knew');

$r = http_get('/set?v=2', cookie => $old);
is($r->status(), 200, 'a change under the old id is served');
is($r->header('Set-Cookie'), undef, 'without a cookie');
is(records(), '{"a":"2","user":"eve"}', 'and lands in the session');

http_get('/unset', cookie => $old);
is(records(), '{"a":"2"}', 'so does the end of a key that it never knew');

is(http_get('/move', cookie => $old)->header('Set-Cookie'), undef,
	'the old id is not regenerated again');

my $newer = 'app=' . http_get('/move', cookie => $new)->cookie('app');
http_get('/other?v=3', cookie => $old);
is(records(), '{"a":"2","b":"3"}', 'two ids on, too');

http_get('/end', cookie => $old);
is(join(' ', map { seen_as($_) } $old, $new, $newer), 'EXPIRED   EXPIRED   '
	. 'EXPIRED  ', 'a logout under the old id ends all of them');
is(records(), '', 'and no record is left');

# a logout under the new one, too
$race->begin();
$old = $race->app();
$new = 'app=' . http_get('/login?v=eve', cookie => $old)->cookie('app');
$newer = 'app=' . http_get('/move', cookie => $new)->cookie('app');
is(seen_as($new), 'HIT 1 eve', 'an old id');
http_get('/end', cookie => $newer);
is(join(' ', map { seen_as($_) } $old, $new), 'EXPIRED   EXPIRED  ',
	'end with the session that goes on');
is(seen_as("$old; " . $race->app()), 'EXPIRED  ', 'in several cookies as well');

$race->begin();
$new = 'app=' . http_get('/move', cookie => $race->app())->cookie('app');
my ($key) = grep { $_ ne $race->key() } $mc->keys();
$r = $race->interfere('/read', sub { http_get('/end', cookie => $new) },
	qr/^mg \Q$key\E/);
is($r->header('X-Session'), 'EXPIRED  ', 'also while they are loaded');

$race->begin();
http_get('/move', cookie => $race->app());
($key) = grep { $_ ne $race->key() } $mc->keys();
my $name = $key =~ s/^s://r;
$mc->set($key, "moved 1795000000 $name same\n{}");
is(seen_as($race->app()), 'EXPIRED  ', 'and with an id that is dead');
$mc->set($key, 'moved ' . (time() + 60) . " $name same\n");
is(seen_as($race->app()), 'EXPIRED  ', 'a circle is a chain without end');
http_get('/end', cookie => $race->app());

# then the old id is dead, however often it asked

my $short = 'short=' . http_get('/short/begin')->cookie('short');
http_get('/short/move', cookie => $short);
is(http_get('/short/read', cookie => $short)->body(), 'HIT 1', 'in time');
ok(wait_until { http_get('/short/read', cookie => $short)->body()
	eq 'EXPIRED ' }, 'dead in the end');

# at the same time

race('/set?v=2', '/move', qr/^ms /, '{"a":"2"}',
	'a save that a regenerate overtakes');
race('/login?v=eve', '/set?v=2', qr/^ms \S+ \d+ .*C/,
	'{"a":"2","user":"eve"}', 'a regenerate that a save overtakes');
race('/move', '/move', qr/^ms \S+ \d+ .*C/, '{"a":"1"}',
	'a regenerate that another overtakes');
is($r->header('Set-Cookie'), undef, 'which sends no cookie then');
race('/login?v=eve', '/end', qr/^ms \S+ \d+ .*C/, '',
	'a regenerate that a logout overtakes');
is($r->header('Set-Cookie'), undef, 'which sends no cookie either');
race('/end', '/login?v=eve', qr/^md /, '',
	'a logout that a regenerate overtakes');
like($r->header('Set-Cookie'), qr/^slow=;/, 'which expires the cookie');
race('/set?v=2', '/end', qr/^ms /, '', 'a save that a logout overtakes');

done_testing();
###############################################################################

# those that have not moved

sub records {
	return join ' ', sort map { $mc->get($_) } $mc->live();
}

sub race {
	my ($uri, $other, $command, $records, $name) = @_;

	$race->begin();
	$r = $race->interfere($uri, sub { http_get($other,
		cookie => $race->app()) }, $command);
	is($r->status(), 200, "$name is served");
	is(records(), $records, $name);
}

###############################################################################
