#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Limits of a manager's sessions: the presets of session_level, and
# anonymous_timeout.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Life;

###############################################################################

use constant HOUR => 3600;
use constant DAY => 24 * HOUR;

my $t = Test::Session->new();
my $mc = $t->memcached();

my $secret = 's' x 32;
my $life = Test::Session::Life->new($mc, $secret);
$t->secret('secret', $secret);

my %blocks = (
	aal1 => 'session_level aal1;',
	long => 'session_level aal1; idle_timeout 20d;',
	aal2 => 'session_level aal2;',
	aal3 => 'session_level aal3;',
	tight => 'session_level aal2; idle_timeout 10m; absolute_timeout 2h;',
	clipped => 'session_level aal2; absolute_timeout 20m;',
	bots => 'anonymous_timeout 10m; idle_timeout 2h;',
	owned => 'anonymous_timeout 10m; idle_timeout 2h; subject n;',
);

my $managers = join '', map { <<"CONF" } sort keys %blocks;

    session_manager $_ {
        secret_file  %%TESTDIR%%/secret;
        memcached    127.0.0.1:%%MC_0%%;
        cookie       $_ secure=off;
        $blocks{$_}
    }
CONF

my $locations = join '', map { <<"CONF" } sort keys %blocks;

        location = /$_ {
            session             $_ phase=rewrite;
            session_set         n \$arg_n if=\$arg_n;
            session_regenerate  if=\$arg_move;
            return              200 \$session_status;
        }
CONF

$t->write_conf(<<"CONF");
$managers
server {
    listen  127.0.0.1:%%PORT_0%%;
$locations
}
CONF

$t->run();

###############################################################################

# session_level

limits('aal1', 1800, 30 * DAY);
limits('long', 20 * DAY, 30 * DAY);
limits('aal2', HOUR, DAY);
limits('aal3', 900, 12 * HOUR);
limits('tight', 600, 2 * HOUR);
limits('clipped', 1200, 1200);

# anonymous_timeout

my $r = http_get('/bots?n=1');
lives($mc, $life->key('bots', $r), 600, 'anonymous_timeout when made');

$life->get('bots', '/bots?n=2', 0, 50);
lives($mc, $life->key('bots'), 600, 'anonymous_timeout when saved');

$life->get('bots', '/bots', 5000, 50);
lives($mc, $life->key('bots'), 600, 'anonymous_timeout when loaded');

$r = $life->get('bots', '/bots?move=1&n=2', 0, 50);
lives($mc, $life->key('bots', $r), 2 * HOUR, 'idle_timeout after a login');

$r = http_get('/bots?n=1&move=1');
lives($mc, $life->key('bots', $r), 2 * HOUR,
	'idle_timeout of a session that begins with a login');

$r = http_get('/bots', cookie => 'bots=' . $r->cookie('bots'));
is($r->body, 'HIT', 'which is good at once');

$life->get('bots', '/bots', 5000, 50, login => 4999);
lives($mc, $life->key('bots'), 2 * HOUR, 'idle_timeout of a later id');

# with a subject

$life->get('owned', '/owned', 5000, 50);
lives($mc, $life->key('owned'), 600, 'anonymous_timeout without a subject');

$r = $life->get('owned', '/owned?move=1', 5000, 50);
lives($mc, $life->key('owned', $r), 600, 'also under a new id');

$life->get('owned', '/owned?n=ada', 5000, 50);
lives($mc, ($mc->live())[0], 2 * HOUR, 'idle_timeout with a subject');

$mc->flush();
http_get('/owned?n=ada');
my ($key) = grep { /^owned:[^~]/ } $mc->keys();
lives($mc, $key, 2 * HOUR, 'also of a new session');

$t->stop();
done_testing();

###############################################################################

# the life of a new record, and the end of a session that is always used

sub limits {
	my ($name, $idle, $absolute) = @_;

	my $r = http_get("/$name?n=1");
	lives($mc, $life->key($name, $r), $idle, "$name: idle");

	is($life->get($name, "/$name", $absolute - PATIENCE, 50)->body, 'HIT',
		"$name: good before its end");
	is($life->get($name, "/$name", $absolute + 1, 50)->body, 'EXPIRED',
		"$name: ends after $absolute s");
}

###############################################################################
