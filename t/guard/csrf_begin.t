#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf: who reads $session_csrf without a session begins one, so that
# the first visit to a login form has a token that is good.

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
$t->secret('other');
$t->write_file('form.html', '<input name=csrf_token value=HERE>');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% }

session_manager other {
    secret_file  %%TESTDIR%%/other;
    memcached    127.0.0.1:%%MC_0%%;
    cookie       other secure=off;
}

session_manager tornado {
    profile             tornado;
    secret_file         %%TESTDIR%%/secret;
    cookie_secret_file  %%TESTDIR%%/other;
    memcached           127.0.0.1:%%MC_0%%;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    session       app phase=rewrite;
    session_csrf  on;
    root          %%TESTDIR%%;
    default_type  text/html;

    location = /        { return 200 $session_csrf; }
    location = /post    { session app; return 204; }
    location = /access  { session app; add_header X-Token $session_csrf;
                          add_header X-Again $session_csrf; empty_gif; }
    location = /proxy   { session app; proxy_set_header X-Token
                          $session_csrf;
                          proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location = /form    { set $token $session_csrf; sub_filter HERE $token;
                          rewrite ^ /form.html break; }
    location = /page    { session app require; error_page 401 = @page;
                          empty_gif; }
    location @page      { return 200 $session_csrf; }
    location = /401     { session app require; error_page 401 /;
                          empty_gif; }
    location = /async   { session_save async; return 200 $session_csrf; }
    location = /login   { session_set user Ada; session_regenerate;
                          return 200 $session_csrf; }
    location = /plain   { empty_gif; }
    location = /off     { session_csrf off; return 200 "-$session_csrf"; }
    location = /end     { session_destroy; return 200 $session_csrf; }
    location = /early   { session app; return 200 "-$session_csrf"; }
    location = /switch  { set $token $session_csrf; rewrite ^ /other last; }
    location = /other   { session other; empty_gif; }
    location = /tornado { session tornado phase=rewrite;
                          return 200 $session_csrf; }
    location = /bird    { session tornado; return 204; }
    location = /deny    { session_on_error deny;
                          return 200 $session_csrf; }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&echo);
$t->run();

###############################################################################

# the token of the first visit is good, and so is the session

for my $uri (qw! / /access /proxy /form /page /401 /async /login !) {
	$mc->flush();

	my $jar = cookie_jar();
	my $r = http_get($uri, jar => $jar);
	my $token = token($r);

	like($token, qr/^[\w-]{48}$/, "$uri: a token");
	is(scalar(my @keys = $mc->keys()), 1, "$uri: a session begins");
	is(send_token($token, jar => $jar), 204, "$uri: with that token");
	is(send_token(token(http_get('/', jar => $jar)), jar => $jar), 204,
		"$uri: and a later one");
	is(scalar(@keys = $mc->keys()), 1, "$uri: and goes on");
	is(send_token($token), 403, "$uri: without the cookie it is nothing");
}

is($mc->get(($mc->keys())[0]), '{"user":"Ada"}', 'what is set, is in it');

$mc->flush();
my $r = http_get('/');
is($mc->get(($mc->keys())[0]), '{}', 'it is empty');
like($r->header('Cache-Control'), qr/^private$/, 'and for nobody else');

my $jar = cookie_jar();
$r = http_get('/access', jar => $jar);
isnt($r->header('X-Again'), $r->header('X-Token'), 'each reading differs');
is(send_token($r->header('X-Again'), jar => $jar), 204, 'and is good');

# cookies that are not good

my $cookie = 'app=' . $r->cookie('app');
isnt(http_get('/', cookie => 'app=forged')->cookie('app'), undef, 'forged');
$mc->flush();
isnt(http_get('/', cookie => $cookie)->cookie('app'), undef, 'expired');

# where none begins

for (['/plain', undef, 'nobody reads it'], ['/off', '-', 'session_csrf is off'],
	['/end', undef, 'the session ends at once'],
	['/early', '-', 'it is not loaded yet'],
	['/switch', undef, 'the request goes on with another'])
{
	my ($uri, $body, $why) = @$_;

	$mc->flush();
	$r = http_get($uri);
	is($r->status . ($r->cookie('app') // '') . ($r->cookie('other') // ''),
		200, "$uri: $why");
	is($r->body, $body, "$uri: no token") if defined $body;
	is(scalar(my @keys = $mc->keys()), 0, "$uri: no session");
}

# profile tornado

$jar = cookie_jar();
$r = http_get('/tornado', jar => $jar);
is(send_token($r->body, jar => $jar, uri => '/bird'), 204, 'profile tornado');

# memcached stalls, or is down

$mc->stop();
is(http_get('/async')->cookie('app'), undef,
	'session_save async waits for a new session');
$mc->cont();
$mc->kill();
$r = http_get('/');
is($r->status . ($r->cookie('app') // ''), 200, 'not saved, no cookie');
is(http_get('/deny')->status, 503, 'session_on_error deny');

done_testing();

###############################################################################

sub token {
	my ($response) = @_;

	return $1 if $response =~ /X-Token: ([\w-]+)/;
	return $response->body =~ /value=(\S+)>/ ? $1 : $response->body;
}

sub send_token {
	my ($token, %extra) = @_;

	return http_post(delete $extra{uri} // '/post', "csrf_token=$token",
		header => 'Content-Type: application/x-www-form-urlencoded',
		%extra)->status;
}

###############################################################################
