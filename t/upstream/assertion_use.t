#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_assertion: which requests get one, and none gets the client's.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Echo;
use Test::Session::Jwt;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

my $key = 'a key of the application, which has 46 bytes..';

$t->secret();
$t->secret('assertion', "$key\n");
$t->secret('other', 'the key of other applications, of 43 bytes.');
$t->run_daemon('127.0.0.1:' . port(2), \&echo);
$t->write_file("$_.html", "<!--#include virtual=\"/$_/part\" -->")
	for qw/ one two mail off /;

$t->write_conf(<<'EOF');
session_manager app {
    secret_file            %%TESTDIR%%/secret;
    assertion_secret_file  %%TESTDIR%%/assertion;
    memcached              127.0.0.1:%%MC_0%%;
    cookie                 sid secure=off;
}

session_manager mail {
    secret_file            %%TESTDIR%%/secret;
    assertion_secret_file  %%TESTDIR%%/other;
    memcached              127.0.0.1:%%MC_0%%;
    cookie                 mid secure=off;
}

underscores_in_headers  on;
session_assertion       X-Assertion sub=user;

server {
    listen   127.0.0.1:%%PORT_0%%;
    listen   127.0.0.1:%%PORT_1%% http2;
    session  app;

    location = /login {
        session_set  user Ada;
        return       204;
    }

    location = /login/mail {
        session      mail;
        session_set  user Max;
        return       204;
    }

    location /one {
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /two {
        session_assertion  X-Token iss=https://example.org/;
        proxy_pass         http://127.0.0.1:%%PORT_2%%;
    }

    location /three {
        session_assertion  off;
        proxy_pass         http://127.0.0.1:%%PORT_2%%;
    }

    location /mail {
        session     mail;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /off {
        session     off;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    # the upstream is down, the request goes on elsewhere

    location ~ ^/from/to(/.*) {
        error_page  502 = $1;
        proxy_pass  http://127.0.0.1:%%PORT_3%%;
    }

    location ~ \.html$ {
        ssi  on;
    }
}
EOF

$t->run();

###############################################################################

my $cookie = 'sid=' . http_get('/login')->cookie('sid');
my $mail = 'mid=' . http_get('/login/mail')->cookie('mid');

my $jwt = Test::Session::Jwt->new($t, 'python');
my @evil = map { "$_: evil" } 'X-Assertion', 'x_assertion', 'X_TOKEN';

# what the back end got: names and subjects of tokens, or their values

sub given {
	my ($r) = @_;
	my @given = $r->body() =~ /^(x.(?:assertion|token)): (.*?)\r?$/img;
	my @said;

	while (my ($name, $token) = splice @given, 0, 2) {
		my ($claims) = $jwt->check($token, key => $key);
		($claims) = $jwt->check($token,
			key => 'the key of other applications, of 43 bytes.')
			if !$claims;
		push @said, "$name " . ($claims ? "$claims->{iss} "
			. ($claims->{sub} // 'nobody') : $token);
	}

	return join ', ', @said;
}

sub http1 { return http_get(shift, header => [ @_ ]) }

for my $case (
	[ '/one', 'X-Assertion app Ada', 'inherited' ],
	[ '/two', 'X-Token https://example.org/ nobody', 'its own' ],
	[ '/three', '', 'off' ],
	[ '/mail', 'X-Assertion mail Max', 'another manager' ],
	[ '/off', '', 'without a session' ],
	[ '/from/to/one', 'X-Assertion app Ada', 'error_page, the same' ],
	[ '/from/to/two', 'X-Token https://example.org/ nobody',
		'error_page, its own' ],
	[ '/from/to/three', '', 'error_page, off' ],
	[ '/from/to/mail', 'X-Assertion mail Max', 'error_page, another manager' ],
	[ '/from/to/off', '', 'error_page, without a session' ],
	[ '/one.html', 'X-Assertion app Ada', 'subrequest, the same' ],
	[ '/two.html', 'X-Token https://example.org/ nobody',
		'subrequest, its own' ],
	[ '/mail.html', '', 'subrequest, another manager' ],
	[ '/off.html', '', 'subrequest, without a session' ],
)
{
	my ($uri, $said, $name) = @$case;
	my @lines = (@evil[0 .. ($uri =~ /two/ ? 2 : 1)],
		"Cookie: $cookie; $mail");

	# X-Assertion is nobody's here

	@lines = grep { !/assertion: evil/i } @lines if $uri =~ /^\/(two|three)$/;

	is(given(http1($uri, @lines)), $said, $name);
	is(given(http2_get($uri, @lines)), $said, "$name, HTTP/2");
}

$mc->flush();

for (['no session'], ['a forged cookie', 'Cookie: sid=forged'],
	['a session that is gone', "Cookie: $cookie"])
{
	my ($name, @lines) = @$_;

	is(given(http1('/one', @lines, @evil[0, 1])), '',
		"$name: none, and not the client's");
	is(given(http2_get('/one', @lines, @evil[0, 1])), '', '... in HTTP/2');
}

$t->stop();
done_testing();

###############################################################################
