#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A connection fails while a large save waits on it that was sent, and behind
# that a new session: both begin once more, the session under another id.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::HTTP;
use Test::Session::Token;

###############################################################################

# directives, and bytes of a value of each, which nginx.conf can have

use constant { VALUES => 200, VALUE => 4000 };

my $t = Test::Session->new()->plan(6);
my $value = '{"user":"ada"}';
my $hit = 'VA ' . length($value) . " c7 f0 t100 %O\r\n$value\r\n";

my $fake = $t->memcached_fake(
	{ expect => qr/^mg /, reply => $hit },
	{ expect => qr/^mg /, reply => $hit },
	{ expect => qr/^ms .* C7 /, reply => '' },
	{ expect => qr/^ms .* ME /, reply => '', then => 'reset' },

	# on the next connection

	{ expect => qr/^ms .* C7 /, reply => "HD %O\r\n" },
	{ expect => qr/^ms .* ME /, reply => "HD %O\r\n" },
);

$t->secret();

my $sets = join '', map { "session_set n$_ " . 'x' x VALUE . ";\n" } 1 .. VALUES;

$t->write_conf(<<"EOF");
session_manager app {
    %%MANAGER_sid%%
    max_size  1m;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location / {
        empty_gif;
    }

    location = /save {
        $sets
        session_on_error  deny;
        empty_gif;
    }

    location = /begin {
        session_set       user eve;
        session_on_error  deny;
        empty_gif;
    }
}
EOF

$t->run();

my %options = (cookie => signed_cookie($t));

is(http_get('/', %options)->status(), 200, 'the connection is good');

my $save = http_start(http_request('/save', %options));
ok(wait_until { $fake->commands() == 3 }, 'all of a large save is sent');

is(http_get('/begin')->status(), 200, 'the new session is written');
is(http_end($save)->status(), 200, 'and the save is sent once more');
is($fake->connections(), 2, 'on a second connection');
is(join(' ', $fake->failures()), '', 'what was sent is right');

###############################################################################
