#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_headers: several keys at once, under names that begin alike.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Echo;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->run_daemon('127.0.0.1:' . port(2), \&echo);
$t->write_file('page.html', '<!--#include virtual="/user" -->');
$t->write_file('off.html', '<!--#include virtual="/off" -->');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

underscores_in_headers  on;

server {
    listen   127.0.0.1:%%PORT_0%%;
    listen   127.0.0.1:%%PORT_1%% http2;
    session  app;

    session_headers  X-Session- user user_id userName role;

    location = /set {
        session_set  user Ada;
        return       204;
    }

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /own {
        session_headers  X_My_ user-id;
        session_header   X-Role role;
        session_headers  x- user;
        proxy_pass       http://127.0.0.1:%%PORT_2%%;
    }

    location /off {
        session     off;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /redirect {
        error_page  502 = /user;
        proxy_pass  http://127.0.0.1:%%PORT_3%%;
    }

    location ~ \.html$ {
        ssi  on;
    }
}
EOF

$t->run();

###############################################################################

my $cookie = 'sid=' . http_get('/set')->cookie('sid');
my ($key) = $mc->keys();

$mc->set($key, '{"user":"Ada","user_id":7,"userName":"ada","user-id":8,'
	. '"role":"line\nfeed"}');

my @evil = ('X-Session-User: evil', 'X_SESSION_USER_ID: evil',
	'x-session-username: evil', 'X-Session_Role: evil', 'X-Keep: kept');

my @given = ('X-Session-User: Ada', 'X-Session-User-Id: 7',
	'X-Session-UserName: ada', 'X-Keep: kept');

# the lines of our headers that the back end got

sub lines {
	my ($r) = @_;

	return [ sort { $a cmp $b } map { s/\r?$//r } grep { /^x/i }
		split /\n/, $r->body() ];
}

is_deeply(lines(http_get('/', cookie => $cookie, header => \@evil)),
	[ sort @given ],
	'each key has its header, "_" is "-", words begin with a capital');
is_deeply(lines(http_get('/', header => \@evil)), [ 'X-Keep: kept' ],
	'the client has no say without a session');
is_deeply(lines(http_get('/', cookie => 'sid=forged', header => \@evil)),
	[ 'X-Keep: kept' ], 'nor with a forged one');

# names have no capitals in HTTP/2

is_deeply(lines(http2_get('/', @evil, "Cookie: $cookie")),
	[ sort 'x-keep: kept', @given[0 .. 2] ], 'HTTP/2');
is_deeply(lines(http2_get('/', @evil)), [ 'x-keep: kept' ],
	'HTTP/2 without a session');

is_deeply(lines(http_get('/own', cookie => $cookie,
	header => [ 'X-My-User_Id: evil', 'X_Role: evil', 'X_User: evil' ])),
	[ 'X_My_User-Id: 8', 'x-User: Ada' ],
	'a location with its own inherits none, and adds them up');
is_deeply(lines(http_get('/off', cookie => $cookie, header => \@evil)),
	[ 'X-Keep: kept' ], 'session off: none, and not the client\'s');
is_deeply(lines(http_get('/redirect', cookie => $cookie, header => \@evil)),
	[ sort @given ], 'once after an internal redirect');
is_deeply(lines(http_get('/page.html', cookie => $cookie, header => \@evil)),
	[ sort @given ], 'in a subrequest');
is_deeply(lines(http_get('/off.html', cookie => $cookie, header => \@evil)),
	[ 'X-Keep: kept' ], 'and none in one whose location has none');

# what nginx -t refuses

for my $case (
	[ 'X-', qr/invalid number of arguments in "session_headers"/ ],
	[ '"" user', qr/empty prefix in "session_headers": the beginning of/ ],
	[ '"X -" user', qr/invalid header "X -User" in "session_headers": lett/ ],
	[ 'X- a.b', qr/invalid header "X-A.b" in "session_headers": letters/ ],
	[ 'X- ""', qr/invalid key "" in "\w+": UTF-8 text of 1 to/ ],
	[ 'X- user user', qr/duplicate header "X-User" in "session_headers"/ ],
	[ 'X- a_b a-b', qr/duplicate header "X-A-B" in "session_headers"/ ],
	[ 'Transfer- encoding',
		qr/"Transfer-Encoding" in "session_headers" frames the request/ ],
	[ 'X- a; session_header X_A b', qr/duplicate header "X_A" in "session_h/ ],
)
{
	my ($ok, $said) = check($case->[0]);

	ok(!$ok && $said =~ $case->[1], "refused: session_headers $case->[0]")
		or diag($said);
}

my ($ok, $said) = check('X- a', 'session off;');
like($said, qr/"session_headers" in location "\/" with/,
	'refused: session_headers without a session');

($ok) = check('X- ' . join ' ', 'aa' .. 'zz');
ok($ok, 'many keys are good');

$t->stop();
done_testing();

###############################################################################

sub check {
	my ($words, $session) = @_;

	$session //= 'session app;';

	return $t->check_http("session_manager app {"
		. " secret_file %%TESTDIR%%/secret; memcached 127.0.0.1; }\n"
		. "server { listen 127.0.0.1:%%PORT_0%%;\n"
		. "location / {\n$session\nsession_headers $words; } }\n");
}

###############################################################################
