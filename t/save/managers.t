#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What a location changes in one manager's session does not get into that of
# another manager, where an internal redirect leads to.

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
session_manager app { %%MANAGER_sid%% }

session_manager admin { %%MANAGER_aid%% }

session_variable  $session_role role;
session_variable  $session_seen seen;

server {
    listen  127.0.0.1:%%PORT_0%%;

    location = /error {
        session     admin;
        set         $session_role root;
        root        %%TESTDIR%%/none;
        error_page  404 = @app;
    }

    location = /rewrite {
        session  admin;
        set      $session_role root;
        rewrite  ^ /app last;
    }

    location = /same {
        session     app;
        set         $session_role user;
        root        %%TESTDIR%%/none;
        error_page  404 = @app;
    }

    location @app {
        session  app;
        set      $session_seen yes;
        return   204;
    }

    location = /app {
        session  app;
        set      $session_seen yes;
        return   204;
    }
}
EOF

$t->run();

###############################################################################

for my $uri ('/error', '/rewrite') {
	http_get($uri);
	is_deeply([ map { $mc->get($_) } $mc->keys() ], ['{"seen":"yes"}'],
		"$uri changes the last manager's session alone");
	$mc->flush();
}

http_get('/same');
is_deeply([ map { $mc->get($_) } $mc->keys() ],
	['{"role":"user","seen":"yes"}'], 'with one manager all is kept');

$t->stop();
done_testing();

###############################################################################
