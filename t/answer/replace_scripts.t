#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Responses of scripts that are replaced while they sleep, read the body or
# have subrequests under way: 503, or the connection is closed, but it is never
# left open, and never answers what was not asked.  What they still wanted to do
# is not done.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

plan(skip_all => 'no Lua and njs for this nginx') if !$t->is_packaged();

my $mc = $t->memcached();

$t->secret();
$t->write_file('large.html', 'large ' x 2000000);
$t->write_file('code.js', <<'EOF');
function begin(r) { r.status = 200; r.sendHeader(); r.send("one "); }
function end(r) { r.send("two"); r.finish(); }

export default {
    timer: function(r) { begin(r); setTimeout(() => { end(r) }, 10); },
    sub: function(r) { begin(r); r.subrequest("/slow", () => { end(r) }); }
};
EOF

$t->write_conf(<<'EOF', scripts => 'before');
session_manager app { %%MANAGER_sid%% max_size 200; }

server {
    listen            127.0.0.1:%%PORT_0%%;
    session           app;
    session_on_error  deny;
    session_set       big $arg_v;

    location = /js/timer { js_content code.timer; }
    location = /js/page  { js_content code.timer;
                           error_page 503 /large.html; }
    location = /js/sub   { js_content code.sub; }

    location = /lua/sleep {
        content_by_lua_block {
            ngx.say("one") ngx.flush(true) ngx.sleep(0.01) ngx.say("two")
        }
    }

    location = /lua/body {
        content_by_lua_block {
            ngx.say("one") ngx.req.read_body() ngx.say("two")
        }
    }

    location = /lua/sub {
        content_by_lua_block {
            ngx.say("one") ngx.location.capture("/slow") ngx.say("two")
        }
    }

    location = /mirrored {
        mirror      /slow;
        proxy_pass  http://127.0.0.1:%%PORT_0%%/next;
    }

    location = /large.html {
        session  off;
        root     %%TESTDIR%%;
    }

    location = /slow {
        session  off;
        content_by_lua_block { ngx.sleep(0.01) ngx.say("slow") }
    }

    location = /next {
        session  off;
        return   200 "next\n";
    }

    location = /active {
        session  off;
        return   200 $connections_active;
    }
}
EOF

$t->run();

###############################################################################

my ($worker) = $t->worker_pids();
my $long = 'v=' . 'x' x 300;

for my $uri (qw! /js/timer /js/sub /lua/sleep /lua/body /lua/sub /mirrored !) {
	for my $first (0, 25, 50) {
		my $what = "$uri, $first of 50 bytes at first";

		is(check("$uri?$long", $first, qr/^HTTP\S+ 503|^$/), '',
			"$what: replaced");
		is(check("$uri?v=1", $first, qr/^HTTP\S+ 200/), '', "$what: saved");
	}
}

# its timer comes while a page of nginx's is sent in its place

my $socket = http_start(http_request("/js/page?$long"));
http_get('/slow') for 1 .. 5;
my $r = http_end($socket);
is($r->status(), 503, 'a page in the place of what njs makes');
is($r->body(), 'large ' x 2000000, 'njs adds nothing to it');
close $socket;

ok(wait_until { http_get('/active')->body() eq '1' },
	'no connection is left but the one that asks');
is(($t->worker_pids())[0], $worker, 'the worker lives');

$t->stop();
done_testing();

###############################################################################

# what is wrong, or nothing

sub check {
	my ($uri, $first, $expected) = @_;

	my $body = 'b' x 50;
	my $socket = http_start(http_request($uri, method => 'POST',
		header => 'Content-Length: 50') . substr $body, 0, $first);

	# nginx has looked at what came before, when it answers another request

	http_get('/next');

	local $SIG{PIPE} = 'IGNORE';
	print $socket substr($body, $first), http_request('/next');

	my ($response, $next) = (http_end($socket), http_end($socket));

	return substr $response, 0, 100 if $response !~ $expected;
	return $next eq '' || $next->body() eq "next\n" ? '' : "$next";
}

###############################################################################
