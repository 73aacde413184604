#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Each single allocation of a request fails: the request ends, with or without
# an answer, the worker lives, and the next request is served well.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Echo;
use Test::Session::NoMemory;

###############################################################################

my $t = Test::Session->new();
my $memory = Test::Session::NoMemory->new($t)
	or plan(skip_all => 'the module is in the binary');
my $mc = $t->memcached();

$t->secret();
$t->secret('assertion', 'a' x 32);

$t->write_conf(<<'EOF');
session_manager app {
    %%MANAGER_sid%%
    assertion_secret_file  %%TESTDIR%%/assertion;
    subject                user;
    max_sessions           2;
}

session_variable  $session_theme theme;
session_variable  $session_b b;
session_variable  $session_c c;
session_variable  $deep user.x.1;

log_format  session "$session_id $session_meta_id_hash $session_meta_created"
                    "$session_meta_age $session_meta_ttl $session_meta_save"
                    "$session_meta_load_time $session_meta_error";

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /begin   { session_set user $arg_u; session_set a 1;
                          return 204; }
    location = /read    { add_header X-Session
                          "$session_status $session_user $session_a";
                          empty_gif; }
    location = /set     { session_set a 2; session_unset b; return 204; }
    location = /move    { session_regenerate login; return 204; }
    location = /end     { session_destroy clear_site_data; return 204; }
    location = /all     { session_revoke_all; return 204; }
    location = /status  { session_status_page; }
    location = /early   { session app phase=rewrite; session_no_touch on;
                          set $session_c early;
                          if ($session_a) { set $session_b late; }
                          return 200 $session_c; }
    location = /many    { session_save async; session_set a 3;
                          add_header X-Theme $session_theme$deep;
                          access_log %%TESTDIR%%/session.log session;
                          return 200 $session_b; }
    location = /headers { session_header X-User user; session_headers X-S- a b;
                          session_assertion X-Assertion sub=user keys=a;
                          session_hide_cookie on;
                          session_accept X-Session- keys=a;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&echo);
$t->run();

###############################################################################

for my $uri (qw! /read /set /move /end /all /status /headers !) {
	$memory->survives($uri, \&begin,
		sub { http_get($uri, cookie => $_[0]) });

	is(http_get('/read', cookie => begin())->header('X-Session'),
		'HIT ada 1', "$uri: the next request is served");
}

$memory->survives('a first visit', sub { $mc->flush() },
	sub { http_get('/begin?u=eve') });
$memory->survives('many', \&several,
	sub { http_get('/many', cookie => $_[0]) });

# by an id that another one has replaced

for my $uri (qw! /read /set /move /end /begin?u=eve !) {
	$memory->survives("$uri, an old id", sub {
		my $cookie = begin();
		http_get('/move', cookie => $cookie);
		return $cookie;
	}, sub { http_get($uri, cookie => $_[0]) });
}

$memory->survives('/begin?u=eve, another subject', \&begin,
	sub { http_get('/begin?u=eve', cookie => $_[0]) });
$memory->survives('/status for Prometheus', sub { },
	sub { http_get('/status', header => 'Accept: text/plain') });
$memory->survives('/early', \&begin,
	sub { http_get('/early', cookie => $_[0]) });

is(http_get('/read', cookie => begin())->header('X-Session'), 'HIT ada 1',
	'in the end a session is read');

done_testing();

###############################################################################

# the cookie of a new session

sub begin {
	$mc->flush();

	return 'sid=' . http_get('/begin?u=ada')->cookie('sid');
}

# the cookies of three sessions, whose subject may have two

sub several {
	my @cookies = map { 'sid=' . http_get('/begin?u=ada')->cookie('sid') }
		1 .. 3;

	return join '; ', @cookies;
}

###############################################################################
