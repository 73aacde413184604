#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Request headers that the session gives to the upstream; the client's own
# copies never get through.

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

$t->secret('secret');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

underscores_in_headers  on;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /set {
        session_set  user $arg_user;
        return       204;
    }

    location /one {
        session_header  X-Session-User user;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /early {
        session         app phase=rewrite;
        session_header  X-Session-User user;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /move {
        session_header  X-Session-User user;
        session_header  X-Extra user;
        error_page      502 = @off;
        proxy_pass      http://127.0.0.1:%%PORT_2%%;
    }

    location @off {
        session     off;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /second {
        session_header  X-Second user;
        error_page      502 = @second;
        proxy_pass      http://127.0.0.1:%%PORT_2%%;
    }

    location @second {
        session_header  X-Other user;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /response {
        add_header   X-User "$session_user";
        return       200;
        session      app phase=rewrite;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&echo);
$t->run();

###############################################################################

my $jar = cookie_jar();
my @evil = (header => ['X-Session-User: evil', 'x_session_user: worse',
	'X-SESSION_user: worst', 'X-Keep: kept']);

http_get('/set?user=Ada', jar => $jar);
my ($key) = $mc->keys();

sub sent {
	my ($uri, %extra) = @_;
	my $body = http_get($uri, %extra)->body;

	return join ' ', map { s/\s+$//r } grep { /evil|wors|Ada|kept/ }
		split /\n/, $body;
}

is(sent('/one', jar => $jar), 'X-Session-User: Ada', 'the key is sent');
is(sent('/one', jar => $jar, @evil), 'X-Keep: kept X-Session-User: Ada',
	'the client has no say, "_" is "-"');
is(sent('/one', @evil), 'X-Keep: kept', 'nor without a session');
is(sent('/early', jar => $jar, @evil), 'X-Keep: kept X-Session-User: Ada',
	'phase=rewrite');

my @many = map { "X-Many-$_: kept" } 1 .. 60;
my $sent = sent('/one', jar => $jar,
	header => [ @many[0 .. 29], 'X-Session-User: evil', @many[30 .. 59] ]);

is(() = $sent =~ /kept/g, 60, 'all other headers stay');
unlike($sent, qr/evil/, 'among many');
like($sent, qr/^X-Many-1: .*X-Many-60: kept X-Session-User: Ada$/,
	'in their order');

is(sent('/move', jar => $jar, @evil), 'X-Keep: kept',
	'a location without a session takes it back');
is(sent('/second', jar => $jar, header => 'X-Other: evil'), 'X-Other: Ada',
	'another location has headers of its own');

# what is no header value is not there

for (['line feed', '\\n'], ['carriage return', '\\r'], ['NUL', '\\u0000'],
	['line feed, escaped', '\\u000a'], ['escape', '\\u001b'],
	['delete', '\\u007f'])
{
	my ($name, $text) = @$_;

	$mc->set($key, "{\"user\":\"Ada${text}X-Evil: 1\"}");

	is(sent('/one', jar => $jar, @evil), 'X-Keep: kept',
		"a value with $name is not sent");
	is(http_get('/response', jar => $jar)->header('X-User'), undef,
		"nor found");
}

$mc->set($key, '{"user":"\u00e9\ttab"}');
like(http_get('/one', jar => $jar)->body,
	qr/^X-Session-User: \xc3\xa9\ttab\r?$/m, 'UTF-8 and tabs are');

$mc->set($key, '{"user":""}');
like(http_get('/one', jar => $jar, @evil)->body, qr/^X-Session-User: \r?$/m,
	'an empty value is sent as such');

$mc->set($key, '{"user":null}');
unlike(http_get('/one', jar => $jar, @evil)->body, qr/session.user/i,
	'null is not');

$t->stop();
done_testing();

###############################################################################
