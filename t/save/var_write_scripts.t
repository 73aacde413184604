#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Writing by Lua and njs, in every phase up to their header filters.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

# an nginx that is not Debian's takes none of Debian's modules

plan(skip_all => 'no Lua and njs for this nginx') if !$t->is_packaged();

my $mc = $t->memcached();

$t->secret('secret');

$t->write_file('code.js', <<'EOF');
function write(r) { r.variables.session_js = 'content'; r.return(200); }
function read_write(r) {
	var old = r.variables.session_js;
	r.variables.session_js = old + '+1';
	r.return(200, r.variables.session_js);
}
function filter(r) { r.variables.session_js = 'filter'; }
export default { write, read_write, filter };
EOF

$t->write_conf(<<'EOF', scripts => 'after');
session_manager app { %%MANAGER_sid%% }

session_variable  $session_lua  lua;
session_variable  $session_js   js;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /set {
        session_set  lua set;
        return       204;
    }

    location = /lua/rewrite {
        rewrite_by_lua_block { ngx.var.session_lua = "rewrite" }
        try_files  /none =204;
    }

    location = /lua/access {
        access_by_lua_block { ngx.var.session_lua = "access" }
        try_files  /none =204;
    }

    location = /lua/deny {
        session_set  denied 1;
        access_by_lua_block {
            ngx.var.session_lua = "deny"
            ngx.exit(403)
        }
        try_files  /none =204;
    }

    location = /lua/content {
        content_by_lua_block {
            local was = ngx.var.session_lua
            ngx.var.session_lua = "content"
            ngx.say(was, " ", ngx.var.session_lua)
        }
    }

    location = /lua/filter {
        header_filter_by_lua_block { ngx.var.session_lua = "filter" }
        content_by_lua_block { ngx.say("x") }
    }

    location = /lua/late {
        body_filter_by_lua_block { ngx.var.session_lua = "late" }
        content_by_lua_block { ngx.say("x") }
    }

    location = /lua/nil {
        content_by_lua_block { ngx.var.session_lua = nil ngx.say("x") }
    }

    location = /js/content {
        js_content  code.write;
    }

    location = /js/again {
        js_content  code.read_write;
        session     app;
    }

    location = /js/filter {
        js_header_filter  code.filter;
        try_files         /none =204;
    }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();

http_get('/set', jar => $jar);

my ($key) = $mc->keys();

for my $where (qw/ rewrite access content filter /) {
	$mc->set($key, '{"lua":"old"}');
	my $r = http_get("/lua/$where", jar => $jar);
	is($mc->get($key), "{\"lua\":\"$where\"}", "Lua: $where");
	is($r->body, "old content\n", 'read before and after')
		if $where eq 'content';
}

http_get('/lua/deny', jar => $jar);
is($mc->get($key), '{"lua":"deny"}',
	'Lua writes and refuses; the directive does nothing then');

http_get('/lua/late', jar => $jar);
is($mc->get($key), '{"lua":"deny"}', 'a body filter is too late');
cmp_ok($t->log_count(qr/of "lua" was dropped: the response header/), '>=', 1,
	'and the log says so');

http_get('/lua/nil', jar => $jar);
is($mc->get($key), '{}', 'nil removes a key');

http_get('/js/content', jar => $jar);
is($mc->get($key), '{"js":"content"}', 'njs: content');

is(http_get('/js/again', jar => $jar)->body, 'content+1', 'njs: read, write');
is($mc->get($key), '{"js":"content+1"}', 'saved');

http_get('/js/filter', jar => $jar);
is($mc->get($key), '{"js":"filter"}', 'njs: header filter');

$t->stop();
done_testing();

###############################################################################
