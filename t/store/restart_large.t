#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A connection fails while a load waits on it, and behind that a large save:
# both are sent once more.

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

# more than a block of output, NGX_SESSION_MC_BLOCK

use constant LARGE => 70000;

my $t = Test::Session->new()->plan(6);
my $gate = $t->testdir() . '/gate';
my $value = '{"user":"ada"}';
my $hit = 'VA ' . length($value) . " c7 f0 t100 %O\r\n$value\r\n";

my $fake = $t->memcached_fake(
	{ expect => qr/^mg /, reply => $hit },

	# answered when the next load has been sent

	{ expect => qr/^mg /, reply => sub {
		my ($opaque) = $_[0] =~ / (O\d+)/;
		wait_until { -e $gate };
		return $hit =~ s/%O/$opaque/r } },
	{ expect => qr/^mg /, reply => '', then => 'reset' },
	{ expect => qr/^mg /, reply => $hit },
	{ expect => qr/^ms .* C7 /, reply => "HD %O\r\n" },
);

$t->secret();

my $sets = join '', map { "session_set n$_ " . 'x' x (LARGE / 20) . ";\n" } 1 .. 20;

$t->write_conf(<<"EOF");
session_manager app {
    %%MANAGER_sid%%
    max_size  200k;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app require;

    location / {
        empty_gif;
    }

    location = /save {
        $sets
        session_on_error  deny;
        empty_gif;
    }

    location = /without {
        session  off;
        return   204;
    }
}
EOF

$t->run();

my %options = (cookie => signed_cookie($t));

is(http_get('/', %options)->status(), 200, 'the connection is good');

my $save = http_start(http_request('/save', %options));
wait_until { $fake->commands() == 2 };

my $load = http_start(http_request('/', %options));
http_get('/without');
$t->write_file('gate', '');

is(http_end($load)->status(), 200, 'the load is sent once more');
is(http_end($save)->status(), 200, 'so is the save');
is($fake->connections(), 2, 'on a second connection');
is(join(' ', $fake->failures()), '', 'what was sent is right');
is(scalar(grep { /^mg/ } $fake->commands()), 4, 'once');

###############################################################################
