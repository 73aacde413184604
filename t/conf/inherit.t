#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What a server requires and injects, in locations without a session.

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
$t->write_file('ssi.html', '<!--#include virtual="/off/" -->');

my $conf = $t->conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

server {
    listen           127.0.0.1:%%PORT_0%%;
    session_header   X-Session-User user;
    session_require  $session_user;

    location /on/ {
        session     app;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /off/ {
        # OFF
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location = /ssi.html {
        session  off;
        ssi      on;
        root     %%TESTDIR%%;
    }
}

server {
    listen  127.0.0.1:%%PORT_1%%;
    return  200 "user=$http_x_session_user";
}
EOF

my ($ok, $output) = $t->check_conf($conf);

ok(!$ok, 'a requirement without a session is refused');
like($output, qr!"session_require" of a level above is lost in location "/off/"!,
	'and the location named');

my ($before) = $t->read_file('check.conf') =~ m!^(.*?)location /off/!s;
my $line = 1 + ($before =~ tr/\n//);
like($output, qr!\[emerg\] .* in \S+check\.conf:$line$!m,
	'by the line where it begins');

$conf =~ s/# OFF/session  off;/;
$t->write_file_expand('nginx.conf', $conf);
$t->run();

###############################################################################

my @eve = (header => 'X-Session-User: Eve');

is(http_get('/on/', @eve)->status(), 403, 'the requirement is inherited');
is(http_get('/off/', @eve)->body(), 'user=',
	'without a session the client makes none up');
is(http_get('/ssi.html', @eve)->body(), 'user=', 'nor in a subrequest');

$t->stop();
done_testing();

###############################################################################
