#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# $session_meta_load_time and $session_meta_save_time in a log: how long the
# store was waited for, and nothing when it was not.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;
use Time::HiRes qw/ sleep /;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Relay;

###############################################################################

# seconds that the store is held up; times are rounded to milliseconds

use constant {
	HELD => 0.1,
	ROUNDING => 0.002,
};

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();
$t->write_conf(<<'EOF');
log_format  times "$request_uri $session_meta_load_time"
                  " $session_meta_save_time";

session_manager app { %%RELAYED_app%% }

session_manager down {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%PORT_9%%;
    cookie       app secure=off;
}

server {
    listen      127.0.0.1:%%PORT_0%%;
    access_log  %%TESTDIR%%/times.log times;
    session     app;

    location /      { empty_gif; }
    location /set   { session_set a $request_id; empty_gif; }
    location /async { session_set a $request_id; session_save async;
                      empty_gif; }
    location /down  { session down; session_set a $request_id;
                      empty_gif; }
    location /off   { session off; empty_gif; }
    location /meta  { return 200 "$session_meta_load_time"; }
    location /var   { add_header X-Load $session_meta_load_time;
                      add_header X-Save $session_meta_save_time;
                      empty_gif; }
}
EOF

$t->run();

###############################################################################

my $cookie = 'app=' . http_get('/set?new')->cookie('app');
like(logged('/set?new'), qr/^- \d\.\d{3}$/, 'a new session: it was saved');

is(asked('/?none'), '- -', 'no cookie');
is(asked('/?forged', 'app=x'), '- -', 'a forged cookie');
is(asked('/off', $cookie), '- -', 'no session');
like(asked('/?hit', $cookie), qr/^\d\.\d{3} -$/, 'a load');
like(asked('/set?both', $cookie), qr/^\d\.\d{3} \d\.\d{3}$/, 'and a save');
like(asked('/async', $cookie), qr/^\d\.\d{3} -$/, 'a save not waited for');
like(asked('/down', $cookie), qr/^- \d\.\d{3}$/, 'a save that failed');

my $r = http_get('/var', cookie => $cookie);
like($r->header('X-Load'), qr/^\d\.\d{3}$/, 'known in the response header');
is($r->header('X-Save'), undef, 'not found: none took place');
is(http_get('/meta', cookie => $cookie)->body(), '', 'not loaded yet');

# the times are those of the store

my ($load, $save) = split / /, held(qr/^mg /, '/set?load');
cmp_ok($load, '>=', HELD - ROUNDING, 'a slow load');
($load, $save) = split / /, held(qr/^ms /, '/set?save');
cmp_ok($save, '>=', HELD - ROUNDING, 'a slow save');

done_testing();

###############################################################################

# what was logged of a request

sub logged {
	my ($uri) = @_;

	my $line;
	wait_until {
		($line) = $t->read_file('times.log') =~ /^\Q$uri\E (.+)$/m;
		return defined $line;
	};

	return $line;
}

sub asked {
	my ($uri, $cookie) = @_;

	http_get($uri, cookie => $cookie);

	return logged($uri);
}

# a request whose command waits in front of the store

sub held {
	my ($command, $uri) = @_;

	my $n = $relay->count($command);
	$relay->shut($command);
	my $socket = http_start(http_request($uri, cookie => $cookie));
	$relay->wait_for($command, $n + 1);
	sleep(HELD);
	$relay->open_gate();
	http_end($socket);

	return logged($uri);
}

###############################################################################
