#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_accept: a response of which a line is malformed, too long or one too
# many changes nothing at all, and the log says why.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

log_format  upstream "$session_meta_upstream";

server {
    listen                     127.0.0.1:%%PORT_0%%;
    access_log                 %%TESTDIR%%/upstream.log upstream;
    session                    app;
    session_accept             X-Session- keys=k,n destroy;
    large_client_header_buffers  4 64k;
    proxy_buffer_size          64k;
    proxy_buffers              2 64k;
    proxy_busy_buffers_size    64k;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $jar = cookie_jar();

http_get('/', jar => $jar, say_lines('Set: k=old'));

my ($key) = $mc->keys();
my $long = 'v' x 4095;
my @verdicts = ('accepted');

# a good line before and behind each bad one

for (
	['Set: k', 'syntax error', 'no value'],
	['Set: =v', 'syntax error', 'no name'],
	['Set:', 'syntax error', 'an empty line'],
	['Set: k=%', 'syntax error', 'an escape that ends early'],
	['Set: k=%4', 'syntax error', 'one with one digit'],
	['Set: k=%xy', 'syntax error', 'one with other letters'],
	['Set: k=a b', 'wrong character', 'a blank'],
	['Set: k=a,k=b', 'wrong character', 'a comma, as of joined lines'],
	["Set: k=\xc3\xa9", 'wrong character', 'UTF-8 that is not encoded'],
	['Set: k=%00', 'wrong character', 'NUL'],
	['Set: k=%c3', 'not valid UTF-8', 'half of a sequence'],
	['Set: k=%ed%a0%80', 'not valid UTF-8', 'a surrogate'],
	["Set: k=$long%61", 'too long', 'a long value'],
	['Set: ' . 'k' x 256 . '=', 'too long', 'a long name'],
	['Unset: k=', 'syntax error', 'a value for unset'],
	['Unset:', 'syntax error', 'nothing to unset'],
	['Incr: n=', 'not an integer', 'an increment by nothing'],
	['Incr: n=1.5', 'not an integer', 'by a half'],
	['Incr: n=9007199254740992', 'an integer out of range', 'by too much'],
	['Destroy: 0', 'syntax error', 'a word with another value'],
	['Revoke: 1', 'syntax error', 'a word that is not for now'],
	['Set: K=v', 'key not listed', 'a key in capitals'],
	['Set: k%20=v', 'key not listed', 'a key with a blank'],
	['Unset: user', 'key not listed', 'unset of another key'],
	['Regenerate: 1', 'not permitted', 'a word that is not permitted'],
)
{
	my ($line, $why, $case) = @$_;

	my $r = http_get('/', jar => $jar, say_lines(['Set: n=1', $line,
		'Set: k=new']));

	is_deeply([ $r->status, $mc->get($key) ], [ 200, '{"k":"old"}' ],
		"refused, and the others with it: $case");
	is_deeply([ grep { /session/i } $r->headers() ], [], 'unseen');

	push @verdicts, "refused: $why";
}

# at the limits

http_get('/', jar => $jar, say_lines(["Set: k=$long", ('Unset: n') x 49]));
is($mc->get($key), qq({"k":"$long"}), 'a value and lines that are not too many');

http_get('/', jar => $jar, say_lines(['Set: k=v', ('Unset: n') x 50]));
is($mc->get($key), qq({"k":"$long"}), 'one line too many');

http_get('/', jar => $jar, say_lines([('Unset: n') x 1000]));

$t->stop();

is_deeply([ split /\n/, $t->read_file('upstream.log') ], [ @verdicts,
	'accepted', ('refused: too many lines') x 2 ],
	'$session_meta_upstream tells why');

my $log = $t->read_log();
like($log, qr/changes of "app" by the upstream were refused: syntax error in /,
	'so does the log');
unlike($log, qr/vvvv/, 'without values');
cmp_ok(() = $log =~ /by the upstream were refused/g, '<', @verdicts,
	'if not each time');

done_testing();

###############################################################################
