#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_recheck when a client goes away meanwhile, and when memcached does.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Long;
use Test::Session::Recheck;
use Test::Session::Relay;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

sessions($t, $mc, $relay);

$t->write_conf("session_manager app { %%RELAYED_app%% }\n"
	. websocket_server(<<'EOF'));
    location /require/ {
        session     app require;
        proxy_pass  http://127.0.0.1:%%PORT_1%%/;
    }

    location /deny/ {
        session_on_error  deny;
        proxy_pass        http://127.0.0.1:%%PORT_1%%/;
    }

    location = /login {
        session_regenerate;
        return  204;
    }
EOF

long_upstream($t, 1);
$t->run();

###############################################################################

# the client goes away while its session is looked at

my $ws = websocket('/echo', 0);
my $n = $relay->count(qr/^mg/);
$relay->shut(qr/^mg/);
$relay->wait_for(qr/^mg/, $n + 1);
$ws->close();
ok(wait_until(sub { under_way(1) == 0 }), 'a client goes away meanwhile');
$relay->open_gate();
is(http_get('/login')->status, 204, 'nobody misses it');

# an outage

my $open = websocket('/echo', 0);
my ($require, $deny) = map { Test::Session::Long->websocket($_,
	cookie => $open->{cookie}) } '/require/echo', '/deny/echo';
$relay->fail(qr/^mg/);
ok($deny->is_closed(), 'session_on_error deny: an outage closes it');
ok($t->wait_for_log(
	qr/\[error\].* left open, the session of "app" could not be checked: \S/),
	'the log tells of the others');
is($open->echo('k'), 'k', 'which are left open');
is($require->echo('l'), 'l', 'also where a session is required');
$relay->fail();
looks(3);
is($open->echo('m'), 'm', 'and after the outage');
$mc->flush();
ok($_->is_closed(), 'until the session is gone') for $open, $require;

$t->stop();
done_testing();

###############################################################################
