#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A session is loaded once for each request, whatever way it takes inside of
# nginx.

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
$t->write_file('file.txt', 'file');
$t->write_file('dir/index.html', 'dir index');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

session     app;
add_header  X-User $session_user always;

server {
    listen  127.0.0.1:%%PORT_0%%;

    location / { }

    location = /set {
        session_set  user Ada;
        return       204;
    }

    location /require/ {
        session  app require;
        alias    %%TESTDIR%%/;
    }

    location @login {
        try_files  /file.txt =404;
    }

    location = /rewrite {
        rewrite  ^ /file.txt last;
    }

    location = /named {
        error_page  418 = @login;
        try_files   /missing @login;
    }

    location = /accel {
        proxy_pass  http://127.0.0.1:%%PORT_1%%/;
    }
}

server {
    listen      127.0.0.1:%%PORT_1%%;
    session     off;
    add_header  X-Accel-Redirect /file.txt;

    location / {
        return  200;
    }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();

http_get('/set', jar => $jar);

for (['/require/file.txt', 'file'], ['/dir/', 'dir index'],
	['/rewrite', 'file'], ['/named', 'file'], ['/accel', 'file'])
{
	my ($uri, $body) = @$_;
	my $before = $mc->stats()->{cmd_touch};

	my $r = http_get($uri, jar => $jar);

	is($r->body, $body, "$uri is served");
	is($r->header('X-User'), 'Ada', "$uri knows the session");
	is($mc->stats()->{cmd_touch} - $before, 1, "$uri loads it once");
}

$t->stop();
done_testing();

###############################################################################
