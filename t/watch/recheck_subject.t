#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_recheck beside subject: who is logged out everywhere loses the open
# connections, too.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Long;
use Test::Session::Recheck qw/ looks looks_at /;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
looks_at($mc);

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% subject user; }

session_manager one { %%MANAGER_one%% subject user; max_sessions 1; }

proxy_http_version  1.1;
proxy_set_header    Upgrade $http_upgrade;
proxy_set_header    Connection upgrade;
session_recheck     100ms;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;
    include  actions.conf;
}

server {
    listen   127.0.0.1:%%PORT_2%%;
    session  one;
    include  actions.conf;
}
EOF

$t->write_file('actions.conf', $t->expand(<<'EOF'));
location = /begin { session_set a 1; return 204; }
location = /login { session_regenerate; session_set user $arg_u; return 204; }
location = /end   { session_revoke_all; return 204; }
location /echo    { proxy_pass http://127.0.0.1:%%PORT_1%%; }
location /deny/   {
    session_on_error  deny;
    proxy_pass        http://127.0.0.1:%%PORT_1%%/;
}
EOF

long_upstream($t, 1);
$t->run();

###############################################################################

# logout everywhere

my @ada = map { cookie('app', '/login?u=ada') } 1, 2;
my $eve = cookie('app', '/login?u=eve');
my ($ada, $other) = map { websocket($_) } $ada[0], $eve;

looks(4);
is($ada->echo('a'), 'a', 'the WebSocket of a subject');
http_get('/end', cookie => $ada[1]);
ok($ada->is_closed(), 'is closed by a logout everywhere');
is(scalar(grep { !/~/ } $mc->keys()), 2, 'though its record is there');
ok($t->wait_for_log(qr/connection was closed, the session of "app" is over/),
	'the log says so');

looks(4);
is($other->echo('b'), 'b', 'that of another subject is left open');

# a login

my $begun = cookie('app', '/begin');
my $nobody = websocket($begun);
looks(4);
is($nobody->echo('c'), 'c', 'a WebSocket of nobody');
my $now = cookie('app', '/login?u=ada', $begun);
ok($nobody->is_closed(), 'is closed by a login');
is($other->echo('d'), 'd', 'no other one is');

# a new id

my $moving = websocket($now);
my $moved = cookie('app', '/login?u=ada', $now);
looks(8);
is($moving->echo('e'), 'e', 'a new id of the same subject closes nothing');
http_get('/end', cookie => $moved);
ok($moving->is_closed(), 'a logout everywhere does');

# the record of the subject is lost

my $deny = websocket($eve, '/deny/echo');
$mc->delete($_) for grep { /~/ } $mc->keys();
ok($deny->is_closed(), 'session_on_error deny: what is not known closes it');
ok($t->wait_for_log(qr/left open, the session of "app" could not be checked: /
	. qr/it is not known whether the session was revoked/),
	'the log tells of others');
is($other->echo('f'), 'f', 'which are left open');
$other->close();

# max_sessions

my $first = websocket(cookie('one', '/login?u=ada'), '/echo', port(2));
looks(4);
is($first->echo('g'), 'g', 'the only session of a subject');
cookie('one', '/login?u=ada');
ok($first->is_closed(), 'is closed by the next one');

$t->stop();
done_testing();

###############################################################################

sub cookie {
	my ($name, $uri, $cookie) = @_;

	my $r = http_get($uri, cookie => $cookie,
		port => port($name eq 'app' ? 0 : 2));

	return "$name=" . $r->cookie($name);
}

sub websocket {
	my ($cookie, $uri, $port) = @_;

	return Test::Session::Long->websocket($uri // '/echo', cookie => $cookie,
		port => $port) || die "no WebSocket\n";
}

###############################################################################
