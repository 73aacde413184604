#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# memcached sends a large value for longer than a command may take: its own
# load fails, and one behind it, for which it comes too late; the connection
# goes on, and the next load has its answer.

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

# bytes of the large value, which comes in so many pieces of a byte, if need be

use constant LARGE => 100000;
use constant PIECES => 1000;

my $t = Test::Session->new()->plan(9);
my $gate = $t->testdir() . '/gate';
my $value = '{"user":"ada"}';
my $hit = 'VA ' . length($value) . " c7 f0 t100 %O\r\n$value\r\n";

my $fake = $t->memcached_fake(
	{ expect => qr/^mg /, reply => $hit },

	# a piece every now and then, until the loads have failed

	{ expect => qr/^mg /, reply => sub {
		my ($line, undef, $socket) = @_;
		my ($opaque) = $line =~ / (O\d+)/;
		my $n = 0;

		syswrite($socket, 'VA ' . LARGE . " c7 f0 t100 $opaque\r\n");

		while (!-e $gate && $n < PIECES) {
			$n += syswrite($socket, 'x') || last;
			select(undef, undef, undef, 0.05);
		}

		return 'x' x (LARGE - $n) . "\r\n" } },
	{ expect => qr/^mg /, reply => $hit },
	{ expect => qr/^mg /, reply => $hit },
	{ expect => qr/^mg /, reply => $hit },
);

$t->secret();

# the connection ends at twice timeout: there is time to open the gate

$t->write_conf(<<"EOF");
session_manager app {
    %%MANAGER_sid%%
    connect_timeout  10ms;
    timeout          3s;
}

add_header  X-Error \$session_meta_error always;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app require;

    location / {
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

my $large = http_start(http_request('/', %options));
wait_until { $fake->commands() == 2 };

my $behind = http_start(http_request('/', %options));
http_get('/without');

my $left = http_start(http_request('/', %options));
http_get('/without');
close $left;

is(http_end($large)->header('X-Error'), 'memcached timed out',
	'the load of the large value fails');
is(http_end($behind)->header('X-Error'), 'memcached timed out',
	'so does one behind it');

my $next = http_start(http_request('/', %options));
http_get('/without');
$t->write_file('gate', '');

is(http_end($next)->status(), 200, 'the next one has its own answer');
is($fake->connections(), 1, 'on the same connection');
is(join(' ', $fake->failures()), '', 'what was sent is right');
is(scalar(grep { /^mg/ } $fake->commands()), 5, 'once');
is($t->log_count(qr/"127\.0\.0\.1:\d+" timed out/), 0,
	'no connection has timed out');
is($t->log_count(qr/operations (?:failed|refused|started again)/), 0,
	'the server is not taken for down');

###############################################################################
