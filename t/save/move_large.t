#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A record of max_size moves to a new id: the marker that is left in its place is
# longer, and must fit memcached's item, which would else drop the session.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Seen;

use constant MAX => 1023 * 1024;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /begin  { session_set a 1; return 204; }
    location = /move   { session_regenerate; return 204; }
    location = /read   { add_header X-Session $session_status; empty_gif; }
}
EOF

$t->run();

###############################################################################

for my $length (MAX - 200, MAX) {
	$mc->flush();

	my $old = 'sid=' . http_get('/begin')->cookie('sid');
	my ($key) = $mc->keys();
	$mc->set($key, '{"a":"' . 'x' x ($length - 8) . '"}');

	my $new = 'sid=' . (http_get('/move', cookie => $old)->cookie('sid') // '');

	is(seen_as($new), 'HIT', "$length bytes move to a new id");
	is(length($mc->get(($mc->live())[0] // 'none') // ''), $length,
		'as they are');
	is(seen_as($old), 'HIT', 'and the old id shows them');
}

$t->stop();
done_testing();

###############################################################################
