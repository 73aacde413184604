#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Each single allocation fails while nginx reads a configuration that has all
# directives: it ends with an error, or does without, but never by a signal.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::NoMemory;

###############################################################################

my $t = Test::Session->new();
my $memory = Test::Session::NoMemory->new($t)
	or plan(skip_all => 'the module is in the binary');

$t->secret();
$t->secret('old', 'o' x 32);
$t->secret('key', 'k' x 32);
$t->secret('cookie', 'c' x 32);
$t->secret('users', "ada:secret\n");

my $conf = $t->conf(<<'EOF');
session_manager app {
    secret_file            %%TESTDIR%%/secret;
    secret_file            %%TESTDIR%%/old;
    assertion_secret_file  %%TESTDIR%%/key;
    memcached              127.0.0.1:%%MC_0%%;
    memcached              unix:%%UNIX_0%% weight=2;
    distribution           ketama_weighted;
    cookie                 sid path=/ domain=example.org max_age=1d;
    key_prefix             s:;
    subject                user;
    max_sessions           3;
    session_level          aal1;
    anonymous_timeout      5m;
}

session_manager tornado {
    profile             tornado;
    secret_file         %%TESTDIR%%/secret;
    cookie_secret_file  %%TESTDIR%%/old version=1;
    cookie_secret_file  %%TESTDIR%%/cookie version=2;
    cookie_names        ssid verf path=/;
    memcached           127.0.0.1:%%MC_0%%;
    protocol            classic;
    auth_file           %%TESTDIR%%/users;
}

session_variable  $theme user.theme;
session_variable  $count count;

map $session_user $who { default $session_user; }

log_format  session "$session_id $session_status $session_meta_age $theme"
                    "$session_count $session_meta_save_time";

server {
    listen        127.0.0.1:%%PORT_0%%;
    access_log    %%TESTDIR%%/access.log session;
    session       app;
    session_csrf  on;

    session_require  $session_user error=402;
    session_header   X-User user;

    location / {
        session             app require phase=preaccess;
        session_require     $session_user = ada error=403;
        session_require     $who in eve ada "a b" error=404;
        session_require     $who ~ ^a(.)a$;
        session_fresh       15m error=401;
        session_realm       "a realm";
        session_no_touch    on if=$arg_poll;
        session_recheck     1m;
        session_csrf        on header=X-Mine field=mine error=400;
        session_set         seen $uri if=$arg_a always;
        session_set         who $who;
        session_unset       b if=$arg_b;
        session_regenerate  login clear if=$arg_new;
        session_destroy     if=$arg_end clear_site_data=cookies,cache;
        session_header      X-Name name;
        session_headers     X-Session- a b_c;
        session_assertion   X-Assertion ttl=1m iss=me aud=app sub=user keys=a,b;
        session_hide_cookie on;
        session_accept      X-Session- keys=a,b regenerate destroy strict;
        session_save        async;
        session_on_error    deny;
        set                 $count 1;
        proxy_pass          http://127.0.0.1:%%PORT_1%%;

        location /inner {
            session_set  inner 1;
            proxy_pass   http://127.0.0.1:%%PORT_1%%;
        }
    }

    location /all      { session_revoke_all clear_site_data; return 204; }
    location = /status { session off; session_status_page; }
    location /tornado  { session tornado; session_csrf off; return 200; }
}
EOF

###############################################################################

my ($bad, $refused) = ('', 0);

my ($good, $said) = $t->check_conf($conf);
ok($good, 'the configuration is good') or diag($said);

my $made = $memory->each_failure(sub {
	my ($n) = @_;

	$memory->fail_at($n);
	my ($ok, $output) = $t->check_conf($conf);

	$refused++ if !$ok;
	$bad .= "$n " if $? & 127 || $? == 0 && $output !~ /test is successful/;
});

cmp_ok($made, '>', 100, 'there are many allocations');
cmp_ok($refused, '>', $made / 2, 'most of which it needs');
is($bad, '', 'each may fail');

# nor while it looks for the line of an unknown variable

$t->write_file('unknown.conf', 'set $a $session_meta_aeg;');

$conf = $t->conf(<<'EOF');
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_0%%;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;
    include  unknown.conf;
}
EOF

my $told = 0;
$bad = '';

$made = $memory->each_failure(sub {
	my ($n) = @_;

	$memory->fail_at($n);
	my ($ok, $output) = $t->check_conf($conf);

	$told++ if $output =~ /unknown variable "\$session_meta_aeg"/;
	$bad .= "$n " if $ok || $? & 127;
});

cmp_ok($told, '>', 2, 'an unknown variable is told without its line');
is($bad, '', 'and refused, whatever fails');

done_testing();

###############################################################################
