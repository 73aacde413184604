#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# memcached -C tells no versions: a session is an error then, since a late
# write could not be told from one that comes after a logout.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::HTTP;

###############################################################################

my $t = Test::Session->new();
$t->memcached(args => ['-C']);

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% }

server {
    listen      127.0.0.1:%%PORT_0%%;
    session     app phase=rewrite;
    add_header  X-Status $session_status always;
    add_header  X-Error $session_meta_error always;

    location = /set {
        session_set  user ada;
        return       200 "$session_user";
    }

    location = /get {
        return  200 "$session_user";
    }

    location = /deny {
        session_on_error  deny;
        empty_gif;
    }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();
my $begun = http_get('/set', jar => $jar);
like($begun->header('Set-Cookie'), qr/^app=/, 'a new session is written');

my $response = http_get('/get', jar => $jar);
is($response->header('X-Status'), 'ERROR', 'its value is not believed');
is($response->header('X-Error'), 'memcached tells no versions of values',
	'the reason is told');

is(http_get('/set', jar => $jar)->header('X-Status'), 'ERROR',
	'a change of it is not written');
is(http_get('/deny', jar => $jar)->status(), 503, 'deny refuses');
ok($t->wait_for_log(qr/memcached tells no versions of values/),
	'and it is logged');

$t->stop();
done_testing();
