#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A new id needs "always" with statuses such as 404, an end needs nothing;
# what scripts write while they make the content counts with any status.

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

$t->secret('secret');
$t->write_file('code.js', <<'EOF');

function content(r) {
	r.variables.session_by = 'content';
	r.return(502);
}

export default { content };

EOF

# an nginx that is not Debian's takes none of Debian's modules

my $packaged = $t->is_packaged();

$t->write_file('scripts.conf', $packaged ? <<'EOF' : '');

location = /lua/content {
    set  $session_by set;
    set  $session_set set;
    content_by_lua_block {
        ngx.var.session_by = "content"
        ngx.exit(404)
    }
}

location = /lua/filter {
    set  $session_set set;
    header_filter_by_lua_block { ngx.var.session_by = "filter" }
    return  403;
}

location = /lua/rewrite {
    rewrite_by_lua_block { ngx.var.session_by = "rewrite" }
    root  /nonexistent;
}

location = /js {
    set         $session_set set;
    js_content  code.content;
}

EOF

$t->write_conf(<<'EOF', scripts => 'after');
session_manager app { %%MANAGER_sid%% regenerate_grace 0; }

session_variable  $session_by   by;
session_variable  $session_set  set;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /make {
        session_set  made 1;
        return       204;
    }

    location /new {
        session_regenerate  if=$arg_plain;
        session_regenerate  always if=$arg_always;
        proxy_pass          http://127.0.0.1:%%PORT_1%%;
    }

    location /end {
        session_destroy;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location = /end/deny { session_destroy; deny all; }

    location = /end/csrf {
        session_csrf     on;
        session_destroy  if=$uri;
        session_set      forged 1 always;
        proxy_pass       http://127.0.0.1:%%PORT_1%%;
    }

    include  scripts.conf;
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $cookie = make();

is(get('/new?plain=1', say_lines([], status => 404))->cookie('sid'), undef,
	'404 gives no new id');

my $new = get('/new?always=1', say_lines([], status => 404))->cookie('sid');
isnt($new, undef, 'with "always" it does');
$cookie = "sid=$new";

for my $status (404, 502, 403) {
	get($status == 403 ? '/end/deny' : '/end', say_lines([], status => $status));
	is_deeply([ $mc->live() ], [], "with $status a session ends, too");
	$cookie = make();
}

my ($key) = $mc->live();

is(http_post('/end/csrf', '', cookie => $cookie)->status(), 403, 'forged');
is($mc->get($key), '{"made":"1"}', 'nothing is done for a forged request');

scripts() if $packaged;

$t->stop();
done_testing();

###############################################################################

sub make {
	return 'sid=' . http_get('/make')->cookie('sid');
}

sub get {
	my ($uri, %extra) = @_;

	return http_get($uri, cookie => $cookie, %extra);
}

sub scripts {
	for my $case (
		[ '/lua/content', 404, '{"by":"content"}' ],
		[ '/lua/filter', 403, '{"by":"filter"}' ],
		[ '/lua/rewrite', 404, '{}' ],
		[ '/js', 502, '{"by":"content"}' ],
	) {
		my ($uri, $status, $record) = @$case;

		$mc->set($key, '{}');
		is(get($uri)->status(), $status, "$status of $uri");
		is($mc->get($key), $record, 'what it has written counts, or not');
	}
}

###############################################################################
