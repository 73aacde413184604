#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A logout with several cookies of the name, whose ids were all replaced: it
# ends each session that one of them leads to.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Seen;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_0%%;
    cookie            sid secure=off max_age=10s;
    regenerate_grace  0;
    subject           user;
    max_sessions      9;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /login   { session_set user $arg_u; return 204; }
    location = /move    { session_regenerate; return 204; }
    location = /logout  { session_destroy; return 204; }
    location = /end     { session_revoke_all; return 204; }
    location = /read    { add_header X-Session $session_status; empty_gif; }
}
EOF

$t->run();

###############################################################################

for my $end ('/logout', '/end') {
	my @old = map { cookie("/login?u=$_") } qw/ ada ada eve /;
	my @new = map { cookie('/move', $_) } @old;
	my $other = cookie('/login?u=bob');

	is(join(' ', map { seen_as($_) } @old, @new),
		join(' ', ('EXPIRED') x 3, ('HIT') x 3), 'ids that were replaced');

	http_get($end, cookie => join '; ', @old);
	is(join(' ', map { seen_as($_) } @new), join(' ', ('EXPIRED') x 3),
		"$end with all of them ends all that replaced them");
	is(seen_as($other), 'HIT', 'and no other session');
}

$t->stop();
done_testing();

###############################################################################

sub cookie {
	my ($uri, $cookie) = @_;

	return 'sid=' . http_get($uri, cookie => $cookie)->cookie('sid');
}

###############################################################################
