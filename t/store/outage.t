#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# memcached stopped, killed, and back again: pass and deny, and a cookie that
# an outage never clears.

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

$t->secret('secret');

$t->write_file('big.bin', 'x' x 1000000);
$t->write_file('file.txt', 'file');

$t->write_conf(<<'EOF');
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_0%%;
    connect_timeout  1s;
    timeout          1s;
    cookie           sid secure=off max_age=1h;
}

add_header  X-Status $session_status always;
add_header  X-Error $session_meta_error always;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location / { }

    location = /set {
        session_set  user Ada;
        return       204;
    }

    location /set/ {
        session_set  n $request_id;
        alias        %%TESTDIR%%/;
    }

    location /require/ {
        session  app require;
        alias    %%TESTDIR%%/;
    }

    location /require/pass/ {
        session           app require;
        session_on_error  pass;
        alias             %%TESTDIR%%/;
    }

    location /require/value/ {
        session           app require;
        session_require   $session_user;
        session_on_error  pass;
        alias             %%TESTDIR%%/;
    }

    location /deny/ {
        session_on_error  deny;
        session_set       n $request_id;
        alias             %%TESTDIR%%/;
    }

    location /deny/page/ {
        session_on_error  deny;
        alias             %%TESTDIR%%/;
        error_page        503 /file.txt;
    }

    location = /deny/return {
        session_on_error  deny;
        session_set       n $request_id;
        return            200 "done";
    }

    location = /deny/logout {
        session_on_error  deny;
        session_destroy;
        return            302 /;
    }

    location = /logout {
        session_destroy;
        return  302 /;
    }

    location /any/ {
        satisfy  any;
        session  app require;
        allow    127.0.0.1;
        alias    %%TESTDIR%%/;
    }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/set', jar => $jar);
my ($key) = $mc->keys();

for (['stopped', sub { $mc->stop() }, sub { $mc->cont() }],
	['killed', sub { $mc->kill_now() }, sub { $mc->restart() }])
{
	my ($how, $down, $up) = @$_;
	my $cookie = 'sid=' . $jar->get('sid');

	$down->();

	my $r = http_get('/file.txt', cookie => $cookie);
	is($r->status, 200, "$how: a location that requires nothing is served");
	is($r->header('X-Status'), 'ERROR', "$how: and knows why");
	isnt($r->header('X-Error'), undef, "$how: in words");
	is(scalar $r->header('Set-Cookie'), undef, "$how: the cookie stays");

	$r = http_get('/set/file.txt', cookie => $cookie);
	is($r->body, 'file', "$how: a change that fails does not stop it");
	is(scalar $r->header('Set-Cookie'), undef, "$how: nor touch the cookie");

	is(http_get('/require/file.txt', cookie => $cookie)->status, 503,
		"$how: what is required is not given away");
	is(http_get('/require/file.txt')->status, 401,
		"$how: who has no cookie is told so");
	is(http_get('/require/file.txt', cookie => 'sid=x')->status, 401,
		"$how: who forged one, too");
	is(http_get('/require/pass/file.txt', cookie => $cookie)->status, 200,
		"$how: unless the location says pass");
	is(http_get('/require/value/file.txt', cookie => $cookie)->status, 403,
		"$how: values are missing all the same");
	is(http_get('/any/file.txt', cookie => $cookie)->status, 200,
		"$how: satisfy any asks the others");

	is(http_get('/deny/big.bin', cookie => $cookie)->status, 503,
		"$how: deny");
	is(http_get('/deny/page/big.bin', cookie => $cookie)->body, 'file',
		"$how: with a page of its own");
	is(http_get('/deny/return', cookie => $cookie)->status, 503,
		"$how: in place of a return");

	$r = http_get('/deny/logout', cookie => $cookie);
	is($r->status, 503, "$how: a logout that is none");
	is(scalar $r->header('Set-Cookie'), undef, "$how: leaves the cookie");

	like(http_get('/logout', cookie => $cookie)->header('Set-Cookie'),
		qr/^sid=; /, "$how: pass lets the browser forget it");

	my @pipeline = http_pipeline([ map {
		http_request($_, cookie => $cookie) } '/deny/return', '/file.txt' ]);
	is($pipeline[0]->status, 503, "$how: the connection is usable");
	is($pipeline[1]->body, 'file', "$how: after a replaced response");

	$up->();

	ok(Test::Session::wait_until(sub {
		http_get('/file.txt', cookie => $cookie)->header('X-Status')
			ne 'ERROR'
	}), "$how: it is found again");

	http_get('/set', jar => $jar);
}

cmp_ok($t->log_count(qr/session: memcached .* timed out/), '>=', 1,
	'the log tells of a stall');
cmp_ok($t->log_count(qr/is up again/), '>=', 1, 'and of the end');

my %second;
$second{$_}++ for $t->read_log() =~ /^(\S+ \S+) \[error\].*could not be loaded/mg;
is(scalar(grep { $_ > 1 } values %second), 0, 'once a second at most');

$t->stop();
done_testing();

###############################################################################
