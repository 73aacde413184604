#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What decides is evaluated afresh: session_require, "if=" and session_set
# believe nothing of an answer that a cache has of another user.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

my @variables = qw/ upstream_http_x_user mapped twice sent_http_x_user sent
	sent_http_location placed ranged /;

$t->secret();
$t->write_file('logins.conf', join '', map { $t->expand(<<"EOF") } @variables);

location = /$_ {
    session_regenerate  if=\$$_;
    session_set         user \$$_ if=\$$_;
    add_header          X-User \$$_;
    add_header          X-Cache \$upstream_cache_status always;
    proxy_pass          http://127.0.0.1:%%PORT_1%%;
}
EOF

$t->write_conf(<<'EOF');
proxy_cache_path  %%TESTDIR%%/cache keys_zone=one:1m;

session_manager app { %%MANAGER_sid%% }

map $upstream_http_x_user $mapped {
    default  $upstream_http_x_user;
}

map $mapped $twice {
    default  $mapped;
}

map $upstream_http_x_user $matched {
    ~^(.)(?<rest>.*)  $1-$rest;
}

map $sent_http_x_user $sent {
    default  $sent_http_x_user;
}

geo $upstream_http_x_address $placed {
    10.0.0.1  ada;
}

geo $upstream_http_x_address $ranged {
    ranges;
    10.0.0.1-10.0.0.2  ada;
}

server {
    listen             127.0.0.1:%%PORT_0%%;
    session            app;
    proxy_cache        one;
    proxy_cache_key    $uri;
    proxy_cache_valid  any 1h;
    add_header         X-Cache $upstream_cache_status always;
    include            %%TESTDIR%%/logins.conf;

    location ~ ^/(captured)/(.) {
        session_set  first $matched;
        session_set  user "$1$matched$2";
        proxy_pass   http://127.0.0.1:%%PORT_1%%;
    }

    location = /changed {
        add_header  X-User $mapped;
        error_page  412 = @next;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location @next {
        session_set  user $mapped if=$mapped always;
        add_header   X-Next "$mapped $upstream_cache_status" always;
        return       200;
    }

    location = /id {
        session_set  id $request_id;
        add_header   X-Id $request_id;
        return       200;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer,
	'X-User: ada|X-Address: 10.0.0.1|Location: ada');
$t->run();

###############################################################################

for my $variable (@variables) {
	is(http_get("/$variable")->header('X-Cache'), 'MISS', "\$$variable");
	like(record(), qr/^\{"user":".*ada"\}$/, 'a login is believed');

	is(http_get("/$variable")->header('X-Cache'), 'HIT', 'another user');
	is(record(), '', 'is not logged in by the same answer');
}

http_get('/captured/1');
is(record(), '{"first":"a-da","user":"captureda-da1"}',
	'expressions of a map leave the captures of the location alone');

my $r = http_get('/id');
is(record(), '{"id":"' . $r->header('X-Id') . '"}',
	'what is random is the same everywhere in a request');

# the response cannot wait there, so a session that has its cookie is changed

for my $cached ('MISS', 'HIT') {
	$r = http_get('/id');
	my $cookie = 'sid=' . $r->cookie('sid');

	$r = http_get('/changed', cookie => $cookie,
		header => 'If-Match: "other"');
	is($r->header('X-Next'), "ada $cached",
		'another location goes on with an answer');

	# the next request of the session comes after what this one saves

	my $id = http_get('/id', cookie => $cookie)->header('X-Id');
	my $user = $cached eq 'MISS' ? ',"user":"ada"' : '';
	is(record(), qq({"id":"$id"$user}),
		$user ? 'which is believed there' : 'but not from a cache');

	http_get('/changed');
}

$t->stop();
done_testing();

###############################################################################

# what the store has, for the last time

sub record {
	my $records = join ' ', map { $mc->get($_) } $mc->keys();
	$mc->flush();

	return $records;
}

###############################################################################
