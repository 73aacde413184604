#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A logout with an id that does not answer any more ends the session that came
# after it, also where the page shows the token of a new session.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use Time::HiRes qw/ time /;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

# of the load, and of the end, which goes from the old id to the new one; with a
# token there is an id that has no record yet

my %reads = ('/logout' => 3, '/token' => 4);

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();

$t->write_conf(<<'EOT');
session_manager app { %%MANAGER_sid%% regenerate_grace 0s; }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /begin  { session_set a 1; return 204; }
    location = /move   { session_regenerate; return 204; }
    location = /status { return 200; add_header X-Session $session_status;
                         session app phase=rewrite; }
    location = /logout { session_destroy; empty_gif; }

    location = /token {
        session_csrf     on;
        session_destroy;
        add_header       X-Token $session_csrf;
        empty_gif;
    }
}
EOT

$t->run();

###############################################################################

for my $uri (sort keys %reads) {
	my $old = 'sid=' . http_get('/begin')->cookie('sid');
	my $new = 'sid=' . http_get('/move', cookie => $old)->cookie('sid');
	my $from = time();

	wait_until { time() - $from > 2.1 };

	is(status($old), 'EXPIRED', "$uri: the old id does not answer");
	is(status($new), 'HIT', "$uri: the new one does");

	my $reads = reads();

	http_get($uri, cookie => $old);
	is(reads() - $reads, $reads{$uri}, "$uri: each id is looked at once");
	is(status($new), 'EXPIRED', "$uri: it ends with the old one");
}

$t->stop();
done_testing();

###############################################################################

sub reads {
	my $stats = $mc->stats();

	return $stats->{cmd_get} + $stats->{cmd_touch};
}

sub status {
	return http_get('/status', cookie => $_[0])->header('X-Session');
}

###############################################################################
