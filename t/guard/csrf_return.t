#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf beside "return": a logout ends the session, or is refused.

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
$t->write_file('denied', 'denied');

$t->write_conf(<<'EOF');
client_body_buffer_size  1k;

session_manager app { %%MANAGER_app%% }

session_variable  $session_theme theme;

server {
    listen  127.0.0.1:%%PORT_0%%;
    listen  127.0.0.1:%%PORT_1%% http2;

    session       app;
    session_csrf  on;
    root          %%TESTDIR%%;

    location = /begin   { session_set n 1; empty_gif; }
    location = /token   { session app phase=rewrite;
                          return 200 $session_csrf; }
    location = /logout  { session_destroy; return 303 /; }
    location = /guarded { session app require; session_destroy;
                          return 303 /; }
    location = /rewrite { session app phase=rewrite; session_destroy;
                          return 303 /; }
    location = /if      { session_destroy; if ($uri) { return 303 /; } }
    location = /last    { rewrite ^ /logout last; }
    location = /page    { error_page 403 /denied; session_destroy;
                          return 303 /; }
    location = /error   { session_csrf on error=422; session_destroy;
                          return 303 /; }
    location = /set     { set $session_theme dark; return 204; }
    location = /404     { return 404; }
    location = /off     { session_csrf off; session_destroy;
                          return 303 /; }
    location = /denied  { }
}

server {
    listen  127.0.0.1:%%PORT_2%%;

    session          app;
    session_csrf     on error=421;
    session_destroy  if=$arg_end;

    return  303 /;
}
EOF

$t->run();

###############################################################################

my $form = 'application/x-www-form-urlencoded';
my $jar;

for my $uri (map { "/$_" } qw/ logout guarded rewrite if last page error /) {
	my $status = $uri eq '/error' ? 422 : 403;

	my $token = visitor();
	is(post($uri, 'a=1')->status, $status, "$uri without a token");
	is(post($uri, 'csrf_token=' . 'A' x 48)->status, $status,
		"$uri, a wrong one");
	is(status(), 'HIT', "$uri has not logged out");

	my $r = post($uri, "a=1&csrf_token=$token");
	is($r->status, 303, "$uri by a form");
	is($r->cookie('app'), '', "$uri expires the cookie");
	is(status(), 0, "$uri has logged out");

	$token = visitor();
	$r = http_post($uri, '', jar => $jar, header => "X-CSRF-Token: $token");
	is($r->status . status(), 3030, "$uri by a script");

	$token = visitor();
	$r = post($uri, "csrf_token=$token&" . 'x' x 4000);
	is($r->status . status(), 3030, "$uri with a large body");

	is(http_post($uri, "csrf_token=$token")->status, $status,
		"$uri without a session");
}

my $token = visitor();
is(post('/page', '')->body, 'denied', 'error_page answers what is refused');
is(post('/404', '')->status, 403, 'the refusal comes before any return');
is(post('/404', "csrf_token=$token")->status, 404, 'which comes behind it');
is(post('/set', '')->status, 403, 'set is refused');
is(post('/set', "csrf_token=$token")->status, 204, 'set is good');
like($mc->get(($mc->keys())[0]), qr/"theme":"dark"/, 'and saved');
is(post('/off', '')->status, 303, 'session_csrf off');

# the connection stays in step

$token = visitor();
my ($ok, $no) = map { "POST /logout HTTP/1.1\r\nHost: a\r\nCookie: "
	. $jar->header() . "\r\nContent-Type: $form\r\nContent-Length: "
	. length($_) . "\r\n\r\n$_" } "csrf_token=$token", 'csrf_token=no';

is(join(' ', map { $_->status } http_pipeline([$no, $ok, $no])), '403 303 403',
	'requests one after the other in a connection');

# HTTP/2

$token = visitor();
my @h2 = ('--http2-prior-knowledge', '-b', $jar->header(), '-d');
my $h2 = 'http://127.0.0.1:' . port(1) . '/logout';
is(curl(@h2, 'a=1', $h2)->status . status(), '403HIT', 'HTTP/2, no token');
is(curl(@h2, "csrf_token=$token", $h2)->status . status(), 3030,
	'HTTP/2, a good one');

# "return" of the server, before any location

$token = visitor();
my @server = (jar => $jar, port => port(2));
is(http_post('/?end=1', '', @server)->status, 421,
	'the server answers no success');
is(status(), 'HIT', 'and ends nothing');
is(http_post('/?end=1', "csrf_token=$token", @server,
	header => "Content-Type: $form")->status . status(), '421HIT',
	'it reads no form');
is(http_post('/?end=1', '', @server,
	header => "X-CSRF-Token: $token")->status . status(), 3030,
	'but the header');

done_testing();

###############################################################################

# a new session, and its token

sub visitor {
	$mc->flush();

	$jar = cookie_jar();
	http_get('/begin', jar => $jar);
	return http_get('/token', jar => $jar)->body;
}

# of the record: it is there, or it is not

sub status { return (my @keys = $mc->keys()) ? 'HIT' : 0 }

sub post {
	my ($uri, $body) = @_;

	return http_post($uri, $body, jar => $jar,
		header => "Content-Type: $form");
}

###############################################################################
