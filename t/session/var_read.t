#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Reading: what a member of the record is as a variable.

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

$t->write_conf(<<'EOF');
session_manager app {
    %%MANAGER_sid%%
    idle_timeout      10m;
    absolute_timeout  1h;
}

session_variable  $lang      profile.languages.0;
session_variable  $second    profile.languages.1;
session_variable  $deep      profile.a.b.c;
session_variable  $spelled   userName;
session_variable  $own_id    id;
session_variable  $odd       profile.01;

map $session_user $mapped {
    default  other;
    Ada      first;
}

limit_req_zone  $session_user  zone=users:1m  rate=1r/m;

log_format  ids "$session_status $session_meta_id_hash $session_user";
access_log  %%TESTDIR%%/ids.log ids;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app phase=rewrite;

    location = /set {
        session_set  user Ada;
        return       204;
    }

    location = /v {
        return  200 "$session_v";
    }

    location = /paths {
        return  200 "$lang|$second|$deep|$spelled|$own_id|$odd";
    }

    location = /meta {
        return  200 "$session_status $session_id $session_meta_id_hash $session_meta_created $session_meta_age $session_meta_ttl [$session_meta_error]";
    }

    location = /if {
        if ($session_user = Ada) {
            return  200 "if $mapped";
        }

        return  200 "else $mapped";
    }

    location = /late {
        session  app;
        return   200 "$session_user$session_status";
    }

    location = /preaccess {
        session    app phase=preaccess;
        limit_req  zone=users;
        try_files  /none =404;
    }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();
http_get('/set', jar => $jar);
my ($key) = $mc->keys();

sub value {
	my ($json) = @_;
	$mc->set($key, "{\"before\":[1,{\"v\":2}],\"v\":$json,\"after\":0}");
	return http_get('/v', jar => $jar)->body;
}

for (['"text"', 'text'], ['""', ''], ['"\u00e9\ud83d\ude00\"\\\\\/"',
		"\xc3\xa9\xf0\x9f\x98\x80\"\\/"],
	['0', '0'], ['-0.10e+2', '-0.10e+2'], ['123456789012345678901234567890',
		'123456789012345678901234567890'],
	['true', '1'], ['false', ''], ['null', ''], ['[ 1, "a b" ,{} ]',
		'[1,"a b",{}]'],
	[' { "a" : null } ', '{"a":null}'], ['"\ud800"', ''],
	['1,"v":2', '2'], ['1,"\u0076":"escaped"', 'escaped'])
{
	is(value($_->[0]), $_->[1], "the value of $_->[0]");
}

$mc->set($key, '{"profile":{"languages":["en","da"],"a":{"b":{"c":7}},'
	. '"1":5},"userName":"Ada","id":"own"}');
is(http_get('/paths', jar => $jar)->body, 'en|da|7|Ada|own|',
	'paths, and names that variables cannot have');

my $meta = http_get('/meta', jar => $jar)->body;
my $now = time();

like($meta, qr/^HIT ([\w-]{8})[\w-]{35} \1 \d+ \d+ -?\d+ \[\]$/,
	'the module\'s own variables');
is("app:" . (split / /, $meta)[1], $key, '$session_id names the record');
cmp_ok(abs((split / /, $meta)[3] - $now), '<', 60, 'created');
is(http_get('/meta')->body, 'NONE      []', 'without a session');

$mc->set($key, '{"user":"Ada"}');
is(http_get('/if', jar => $jar)->body, 'if first', 'phase=rewrite: if, map');
is(http_get('/if')->body, 'else other', 'without a session');
is(http_get('/late', jar => $jar)->body, '',
	'the access phase is too late for return');

is(http_get('/preaccess', jar => $jar)->status, 404,
	'phase=preaccess: the first request of a user');
is(http_get('/preaccess', jar => $jar)->status, 503, 'the second is limited');
is(http_get('/preaccess')->status, 404, 'who has no session is not');
is(http_get('/preaccess')->status, 404, 'an empty key is not counted');

$t->stop();

my ($hash) = $key =~ /:(.{8})/;
like($t->read_file('ids.log'), qr/^HIT \Q$hash\E Ada$/m, 'in a log');

done_testing();

###############################################################################
