#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_assertion: what the token says, and when it says nothing.

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
$t->secret('assertion', $key);
$t->run_daemon('127.0.0.1:' . port(1), \&echo);

$t->write_conf(<<'EOF');
session_manager app {
    secret_file            %%TESTDIR%%/secret;
    assertion_secret_file  %%TESTDIR%%/assertion;
    memcached              127.0.0.1:%%MC_0%%;
    cookie                 sid secure=off;
}

session_manager short {
    secret_file            %%TESTDIR%%/secret;
    assertion_secret_file  %%TESTDIR%%/assertion;
    memcached              127.0.0.1:%%MC_0%%;
    idle_timeout           30s;
    absolute_timeout       30s;
    cookie                 short secure=off;
}

session_variable   $session_theme theme;
session_assertion  X-Assertion sub=user keys=theme ttl=1h;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /login {
        session_set  user Ada;
        return       204;
    }

    location = /login/short {
        session      short;
        session_set  user Ada;
        return       204;
    }

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /short {
        session     short;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /early {
        session     app phase=rewrite;
        set         $session_theme $arg_theme;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run();

###############################################################################

my $cookie = 'sid=' . http_get('/login')->cookie('sid');
my ($record) = $mc->keys();
my $short = 'short=' . http_get('/login/short')->cookie('short');

my $jwt = Test::Session::Jwt->new($t, 'python');

# what PyJWT reads; undef: there is no token

sub claims {
	my ($uri, $cookie) = @_;
	my ($token) = http_get($uri, cookie => $cookie)->body()
		=~ /^X-Assertion: (.*?)\r?$/m or return undef;
	my ($claims, $error) = $jwt->check($token, key => $key);

	return $claims // die "PyJWT does not take it: $error\n";
}

my $claims = claims('/', $cookie);
is($claims->{exp} - $claims->{iat}, 3600, 'an hour of a long session');

$claims = claims('/short', $short);
cmp_ok($claims->{exp} - $claims->{iat}, '<=', 30,
	'a token does not outlive its session');

is(claims('/early?theme=dark', $cookie)->{theme}, 'dark',
	'what the request itself has set');
is(claims("/early?theme=\xff", $cookie)->{theme}, undef,
	'but nothing that is not UTF-8');

# the subject is a string, or none

for (['7', '7'], ['true', '1'], ['"a\u0000b"', "a\0b"], ['[1, 2]', '[1,2]'],
	['""', undef], ['false', undef], ['null', undef])
{
	$mc->set($record, "{\"user\":$_->[0]}");
	is(claims('/', $cookie)->{sub}, $_->[1], "sub of $_->[0]");
}

# claims of up to 4096 bytes

my $room = 4096 - 200;

for ([$room, 1], [4096, 0], [100000, 0]) {
	my ($len, $sent) = @$_;
	$mc->set($record, '{"user":"Ada","theme":"' . 'x' x $len . '"}');

	is(defined claims('/', $cookie) ? 1 : 0, $sent,
		"a value of $len bytes is " . ($sent ? 'sent' : 'too long'));
}

cmp_ok($t->log_count(qr/assertion of "app" was not sent: its claims are longer/),
	'>=', 1, 'which is logged');
unlike($t->read_log(), qr/xxxx|eyJ/, 'and nothing of it is');

$t->stop();
done_testing();

###############################################################################
