#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Whose session: variables, headers, assertions and changes of a location are
# those of its own manager, or empty, however the request came there.

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
$t->secret('key', 'k' x 40);
$t->write_file('ssi.html', '<!--#include virtual="/told" -->');
$t->write_file('page.html', 'page');
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session_manager admin {
    secret_file            %%TESTDIR%%/secret;
    assertion_secret_file  %%TESTDIR%%/key;
    memcached              127.0.0.1:%%MC_0%%;
    cookie                 aid secure=off;
}

session_variable  $session_role role;

map "$session_user$session_role$session_status$session_id$session_csrf$session_meta_id_hash$session_meta_created$session_meta_age$session_meta_ttl$session_meta_opaque$session_meta_error$session_meta_save$session_meta_upstream$session_meta_csrf$session_meta_load_time$session_meta_save_time" $all {
    volatile;
    default  "<$session_user$session_role$session_status$session_id$session_csrf$session_meta_id_hash$session_meta_created$session_meta_age$session_meta_ttl$session_meta_opaque$session_meta_error$session_meta_save$session_meta_upstream$session_meta_csrf$session_meta_load_time$session_meta_save_time>";
}

map $session_user $mapped {
    default  $session_user;
}

log_format  all "$uri $session_user$session_status$session_id";
access_log  %%TESTDIR%%/all.log all;

server {
    listen   127.0.0.1:%%PORT_0%%;

    location /set {
        session      app;
        session_set  user $arg_user;
        return       204;

        location /set/admin {
            session  admin;
            return   204;
        }
    }

    # how a request with a session of "app" comes to another location

    location /via {
        session  app phase=rewrite;
        set      $session_role root;
        set      $read "$session_user$session_status$session_id$mapped";

        location /via/rewrite/ {
            rewrite  ^/via/rewrite(.*) $1 last;
        }

        location ~ ^/via/error(/.*) {
            error_page  404 = $1;
            return      404;
        }

        location = /via/named {
            error_page  404 = @named;
            return      404;
        }

        location = /via/off {
            error_page  404 = @off;
            return      404;
        }
    }

    location = /ssi.html {
        session     app phase=rewrite;
        ssi         on;
        set         $read $mapped;
        add_header  X-Mapped $mapped;
    }

    location = /auth {
        session       app phase=rewrite;
        set           $read $mapped;
        auth_request  /told;
        add_header    X-Mapped $mapped;
        try_files     /page.html =404;
    }

    # of another manager

    location = /told {
        session            admin;
        session_header     X-User user;
        session_header     X-Role role;
        session_assertion  X-Assertion sub=user;
        proxy_set_header   X-Map "<$mapped>";
        proxy_set_header   X-Key "<$session_user$session_role>";
        proxy_pass         http://127.0.0.1:%%PORT_1%%;
    }

    location = /return {
        session  admin;
        return   200 "$all <$mapped>";
    }

    location @named {
        session  admin;
        return   200 "$all <$mapped>";
    }

    location @off {
        return  200 "$all <$mapped>";
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&echo);
$t->run();

###############################################################################

my $app = 'sid=' . http_get('/set?user=root')->cookie('sid');
my $both = $app . '; aid='
	. http_get('/set/admin?user=Ada')->cookie('aid');

for my $via ('/via/rewrite', '/via/error') {
	my $body = http_get("$via/told", cookie => $app)->body();

	unlike($body, qr/root|^X-(?:User|Role|Assertion)/m, "$via: headers");
	is(() = $body =~ /<>/g, 2, "$via: variables are empty");

	$body = http_get("$via/told", cookie => $both)->body();

	like($body, qr/^X-User: Ada\r?$/m, "$via: its own session's header");
	like($body, qr/^X-Assertion: \S+\.\S+\.\S+\r?$/m, "$via: and assertion");
	like($body, qr/^X-Key: <Ada>\r?$/m, "$via: and variables");
	like($body, qr/^X-Map: <Ada>\r?$/m, "$via: also a map that was read");

	is(http_get("$via/return", cookie => $app)->body(), '<> <>',
		"$via: it may not be loaded");
}

for my $via ('/via/named', '/via/off') {
	is(http_get($via, cookie => $app)->body(), '<> <>', "$via: all are empty");
}

for my $uri ('/ssi.html', '/auth') {
	my $r = http_get($uri, cookie => $both);

	unlike($r->body(), qr/root|Ada|^X-(?:User|Role|Assertion)/m,
		"$uri: a subrequest to another manager's location is told nothing");
	is($r->header('X-Mapped'), 'root', "$uri: the request itself has its own");
}

$t->stop();

is(scalar(grep { m!^/(?:told|return|via/(?:named|off)) .*\broot! }
	split /\n/, $t->read_file('all.log')), 0, 'nor does a log tell it');

done_testing();

###############################################################################
