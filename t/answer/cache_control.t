#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Cache-Control of a response that sets the cookie keeps it out of shared caches,
# and says else what the upstream said.

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

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location /cc/ {
        session_set  user $arg_user if=$arg_user;
        proxy_pass   http://127.0.0.1:%%PORT_1%%/;
    }
}

server {
    listen  127.0.0.1:%%PORT_1%%;

    location / { return 200 ok; }
    location = /public { add_header Cache-Control "public, max-age=60";
                         return 200; }
    location = /store { add_header Cache-Control no-store; return 200; }
    location = /private { add_header Cache-Control "private, max-age=5";
                          return 200; }
    location = /many { add_header Cache-Control public;
                       add_header Cache-Control s-maxage=9;
                       add_header Cache-Control max-age=7; return 200; }
}
EOF

$t->run();

###############################################################################

for (['/', 'private'], ['/public', 'private, max-age=60'],
	['/store', 'private, no-store'], ['/private', 'private, max-age=5'],
	['/many', 'private, max-age=7'])
{
	my ($uri, $cc) = @$_;

	my $r = http_get("/cc$uri?user=x");
	ok($r->cookie('sid'), "$uri sets a cookie");
	is_deeply([ $r->header('Cache-Control') ], [ $cc ],
		'and keeps out of shared caches');
}

is_deeply([ http_get('/cc/many')->header('Cache-Control') ],
	[ 'public', 's-maxage=9', 'max-age=7' ], 'without a cookie all is left');

$t->stop();
done_testing();

###############################################################################
