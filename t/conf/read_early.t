#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What decides by a variable of a session that is not loaded yet, is told in the
# error log at nginx's default level: with the location, and the phase that it
# needs.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_file('page', 'page');

$t->write_conf(<<'EOF');
log_format      session "$session_user $session_id";
access_log      %%TESTDIR%%/access.log session;

limit_req_zone  $session_id zone=z:1m rate=1000r/s;

session_variable  $session_mine user;

map $session_user $who { "" nobody; default $session_user; }

session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    root        %%TESTDIR%%;
    session     app;
    add_header  X-User $session_user always;

    location = /if      { if ($session_user) { return 204; } }
    location = /return  { return 200 $session_status; }
    location = /to      { return 302 /$session_id; }
    location = /set     { set $x $session_mine; empty_gif; }
    location = /map     { if ($who = nobody) { return 204; } }
    location = /limit   { limit_req zone=z; empty_gif; }
    location = /csrf    { session_csrf on; return 200 $session_csrf; }

    location = /fine/204     { return 204; }
    location = /fine/444     { return 444; }
    location = /fine/302     { return 302 /; }
    location = /fine/404     { return 404; }
    location = /fine/page    { return 404; error_page 404 /page; }
    location = /page         { }
    location = /fine/header  { empty_gif; }
    location = /fine/action  { session_set n $session_n; return 204; }
    location = /fine/deny    { deny all; }
    location = /fine/require { session_require $session_user; empty_gif; }
    location = /fine/off     { session off;
                               if ($session_user) { return 204; }
                               empty_gif; }

    location /phase/ {
        session  app phase=rewrite;

        location = /phase/if      { if ($session_user) { return 204; }
                                    empty_gif; }
        location = /phase/return  { return 200 $session_status; }
        location = /phase/set     { set $x $session_mine; empty_gif; }
        location = /phase/limit   { session app phase=preaccess;
                                    limit_req zone=z; empty_gif; }
    }

    location = /phase/part  { session app phase=preaccess;
                              if ($session_user) { return 204; } }
}

server {
    listen  127.0.0.1:%%PORT_1%%;

    session  app phase=rewrite;

    if ($session_user) { return 204; }
    return  200;
}
EOF

$t->run();

###############################################################################

my $told = qr/\[error\] .*session: "\$session_\w+" was read before the session/;
my $cookie = 'app=forged';

# what is well: no message, with a cookie and without

for my $uri (map({ "/fine/$_" } qw/ 204 444 302 404 page header action deny require
		off /), map { "/phase/$_" } qw/ if return set limit /)
{
	http_get($uri);
	http_get($uri, cookie => $cookie);
}

is($t->log_count($told), 0, 'nothing to tell of') or diag($t->read_log());

# what is not

for (['/if', 'session_user', 'rewrite'], ['/return', 'session_status', 'rewrite'],
	['/to', 'session_id', 'rewrite'], ['/set', 'session_mine', 'rewrite'],
	['/map', 'session_user', 'rewrite'], ['/limit', 'session_id', 'preaccess'],
	['/csrf', 'session_csrf', 'rewrite'],
	['/phase/part', 'session_user', 'rewrite'])
{
	my ($uri, $variable, $phase) = @$_;

	ok(told("\"\$$variable\" was read before the session of \"app\" was "
		. "loaded: \"phase=$phase\" is expected in location \"$uri\"",
		$uri), "$uri needs phase=$phase");
}

ok(told('"$session_user" was read before the session of "app" was loaded: '
	. 'directives of the server itself run without a session', '/',
	port => port(1)), 'the server itself');

# one a second

my $count = $t->log_count($told);
my $begun = time();
http_get('/if') for 1 .. 50;
cmp_ok($t->log_count($told) - $count, '<=', time() - $begun + 1, 'one a second');
done_testing();

###############################################################################

# a message that comes as soon as the second allows it

sub told {
	my ($message, $uri, %extra) = @_;

	return wait_until {
		http_get($uri, %extra);
		return $t->log_count(qr/\[error\] .*session: \Q$message\E/);
	};
}

###############################################################################
