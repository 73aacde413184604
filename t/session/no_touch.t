#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_no_touch: requests that do not keep a session alive.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Life;
use Test::Session::Relay;

###############################################################################

use constant IDLE => 7200;
use constant LEFT => 3000;

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

my $secret = 's' x 32;
my $life = Test::Session::Life->new($mc, $secret);
$t->secret('secret', $secret);

$t->write_conf(<<'CONF');
session_manager app { %%MANAGER_app%% idle_timeout 2h; }

session_manager slow { %%RELAYED_slow%% idle_timeout 2h; }

server {
    listen  127.0.0.1:%%PORT_0%%;

    session             app phase=rewrite;
    session_no_touch    on;
    session_set         n $arg_n if=$arg_n;
    session_regenerate  if=$arg_move;

    location = /poll {
        return  200 "$session_status $session_meta_ttl";
    }

    location = /slow {
        session  slow phase=rewrite;
        return   200 $session_status;
    }

    location = /off {
        session_no_touch  off;
        return            200 $session_status;
    }

    location = /if {
        session_no_touch  on if=$arg_poll$session_n;
        return            200 $session_status;
    }
}
CONF

$t->run();

###############################################################################

my $r = $life->get('app', '/poll', 0, LEFT);
my ($ttl) = $r->body =~ /^HIT (\d+)$/;
about($ttl, LEFT, 'a poll sees the session');
lives($mc, $life->key('app'), LEFT, 'and leaves its life');

$life->get('app', '/off', 0, LEFT);
lives($mc, $life->key('app'), IDLE, 'off cancels it');

$life->get('app', '/if', 0, LEFT, record => '{"n":"1"}');
lives($mc, $life->key('app'), IDLE, 'no key is known to if=');

$life->get('app', '/if?poll=0', 0, LEFT);
lives($mc, $life->key('app'), IDLE, 'if= is 0');

$life->get('app', '/if?poll=1', 0, LEFT);
lives($mc, $life->key('app'), LEFT, 'if= is true');

# a poll may save

$life->get('app', '/poll?n=3', 0, LEFT);
is($mc->get($life->key('app')), '{"n":"3"}', 'a poll saves');
lives($mc, $life->key('app'), LEFT, 'and leaves the life');

$life->get('app', '/poll?n=3', 0, 2 * IDLE);
lives($mc, $life->key('app'), 2 * IDLE, 'of a longer one as well');

$life->get('app', '/poll?n=3', 0, 0);
lives($mc, $life->key('app'), IDLE, 'what had no end gets one by a save');

$r = $life->get('app', '/poll?move=1', 0, LEFT);
lives($mc, $life->key('app', $r), IDLE, 'a new id begins a new period');

$r = http_get('/poll?n=4');
lives($mc, $life->key('app', $r), IDLE, 'and so does a new session');

my $cookie = $life->begin('app', 0, LEFT);
$mc->delete($life->key('app'));
$r = http_get('/poll', cookie => $cookie);
is($r->body, 'EXPIRED ', 'a poll sees that a session is gone');

# another request keeps the session alive, or ends it, while a poll is saved

$r = meanwhile(LEFT, sub {
	$mc->mg($life->key('slow'), 'T' . 2 * IDLE);
});
is($r->body, 'HIT', 'a poll met a request');
lives($mc, $life->key('slow'), 2 * IDLE, 'which has kept the session alive');
is($mc->get($life->key('slow')), '{"n":"5"}', 'both are done');

$r = meanwhile(LEFT, sub { $mc->delete($life->key('slow')) });
is($r->body, 'HIT', 'a poll met a logout');
is($mc->get($life->key('slow')), undef, 'which stays done');

$t->stop();
done_testing();

###############################################################################

# what happens between the load of a poll that saves and its second look

sub meanwhile {
	my ($left, $code) = @_;

	my $n = $relay->count(qr/^mg/);
	my $cookie = $life->begin('slow', 0, $left);

	$relay->shut(qr/^mg/);

	my $poll = http_start(http_request('/slow?n=5', cookie => $cookie,
		close => 1));

	$relay->wait_for(qr/^mg/, $n + 1) or die "no load\n";
	$relay->shut(qr/^mg/);
	$relay->wait_for(qr/^mg/, $n + 2) or die "no second look\n";

	$code->();
	$relay->open_gate();

	return http_end($poll);
}

###############################################################################
