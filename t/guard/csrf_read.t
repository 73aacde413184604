#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf: how the body with the token comes.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Csrf;
use Test::Session::Echo;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();

$t->write_conf(<<'EOF');
client_body_buffer_size  1k;
proxy_http_version       1.1;

session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    session       app;
    session_csrf  on;
    session_set   n 1 if=$arg_n;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /token {
        session  app phase=rewrite;
        return   200 $session_csrf;
    }

    location /return {
        session_set  early 1;
        return       204;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(2), \&reflect);
$t->run();

###############################################################################

my $jar = visitor(cookie_jar());
http_get('/?n=1', jar => $jar);

my $token = http_get('/token', jar => $jar)->body;
my $url = 'application/x-www-form-urlencoded';
my $good = "a=1&csrf_token=$token&b=2";

# how bodies come

my $head = "POST / HTTP/1.1\r\nHost: a\r\nCookie: " . $jar->header()
	. "\r\nContent-Type: $url\r\n";
my $chunked = $head . "Transfer-Encoding: chunked\r\n\r\n";
my $length = $head . 'Content-Length: ' . length($good) . "\r\n";

is(http($chunked . chunks($good))->body, "POST / $good", 'chunked');
is(http($chunked . chunks($good =~ s/A|B|C|a|b|c/x/gr))->status, 403,
	'chunked, wrong');
is(http($chunked . chunks('x=' . 'y' x 3000 . "&$good"))->status, 403,
	'chunked, too large');

my $socket = http_start($length . "Expect: 100-continue\r\n\r\n");
like(interim($socket), qr/^HTTP\/1.1 100 /, 'Expect: 100-continue');
is(http($good, socket => $socket)->body, "POST / $good", 'and goes on');

$socket = http_start($length . "\r\n" . substr($good, 0, 30));
is(http_get('/token', jar => $jar)->status, 200, 'others are served meanwhile');
is(http(substr($good, 30), socket => $socket)->body, "POST / $good",
	'in two pieces');

my @responses = http_pipeline([("$length\r\n$good") x 3]);
is(scalar(grep { $_->body eq "POST / $good" } @responses), 3, 'pipelined');

for my $reset (0, 1) {
	http_abort(http_start($length . "\r\n" . substr($good, 0, 30)),
		reset => $reset);
	ok($t->wait_for_log(qr/prematurely closed|reset by peer/,
		count => $reset + 1), 'a client that goes away');
}

is(http_get('/', jar => $jar)->status, 200, 'nginx goes on');

# return

is(post_body('/return', $url, 'a=1')->status, 403, 'return, no field');
unlike($mc->get(($mc->keys())[0]), qr/early/, 'changes nothing');
is(post_body('/return', $url, $good)->status, 204, 'return, the field');
like($mc->get(($mc->keys())[0]), qr/early/, 'changes it');

$t->stop();

done_testing();

###############################################################################

sub chunks {
	my ($body) = @_;

	return join '', map({ sprintf "%x\r\n%s\r\n", length, $_ }
		$body =~ /(.{1,100})/gs), "0\r\n\r\n";
}

sub interim {
	my ($s) = @_;

	my $text = '';

	while ($text !~ /\r\n\r\n/) {
		sysread($s, $text, 1, length $text) or last;
	}

	return $text;
}

###############################################################################
