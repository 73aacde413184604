#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_accept strict: an upstream's answer with a line that is refused, or
# with an unknown word, is replaced by 502; no client sees any of it.

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
$t->certificate('localhost');
$t->write_file('plain.txt', 'plain');
$t->write_file('page.html', 'page');

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

log_format  upstream "$uri $status $session_meta_upstream";

server {
    listen          127.0.0.1:%%PORT_0%%;
    listen          127.0.0.1:%%PORT_2%% ssl http2;
    ssl_certificate      %%TESTDIR%%/localhost.crt;
    ssl_certificate_key  %%TESTDIR%%/localhost.key;

    root            %%TESTDIR%%;
    access_log      %%TESTDIR%%/upstream.log upstream;
    session         app;
    session_accept  X-Session- keys=k destroy strict;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /mild {
        session_accept  X-Session- keys=k destroy;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /plain.txt { }
    location /page.html { }

    location /page {
        error_page  502 /page.html;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /named {
        error_page  502 = @named;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location @named {
        session_accept    off;
        proxy_set_header  X-Say "X-Named: $request_body";
        proxy_pass        http://127.0.0.1:%%PORT_1%%;
    }

    location /always {
        session_set  k always always;
        proxy_pass   http://127.0.0.1:%%PORT_1%%;
    }

    location /directive {
        session_set  k directive;
        proxy_pass   http://127.0.0.1:%%PORT_1%%;
    }

    location /end {
        session_destroy;
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $jar = cookie_jar();

my $r = http_get('/', jar => $jar, say_lines('Set: k=old'));
is($r->status(), 200, 'good lines');
my ($key) = $mc->keys();
is($mc->get($key), '{"k":"old"}', 'are carried out');

for (
	[ 'a key that is not listed', 'Set: other=1', 'key not listed' ],
	[ 'a value that is not encoded', 'Set: k=a b', 'wrong character' ],
	[ 'a word that is not permitted', 'Regenerate: 1', 'not permitted' ],
	[ 'an unknown word', 'Sett: k=1', 'unknown word' ],
	[ 'a word without a letter', ': k=1', 'unknown word' ],
)
{
	my ($name, $line, $why) = @$_;
	my @say = say_lines([ 'Set: k=new', $line ]);

	$r = http_get('/', jar => $jar, @say);
	is($r->status(), 502, "$name: 502");
	unlike($r, qr/said|X-Other|X-Session/i, "$name: nothing else is seen");
	is($mc->get($key), '{"k":"old"}', "$name: nothing is changed");
	ok(wait_until { last_line() eq "/ 502 refused: $why" },
		"$name: which is logged");

	is(http_get('/mild', jar => $jar, @say)->status(), 200,
		"$name: 200 where it is not strict");
	$mc->set($key, '{"k":"old"}');
}

my @bad = say_lines('Set: other=1');

is(http_get('/', jar => $jar, say_lines('Set: other=1', status => 404))
	->status(), 502, 'in place of 404');
is(http_get('/plain.txt', jar => $jar, @bad)->status(), 200,
	'what no upstream answers');

$r = http_get('/page', jar => $jar, @bad);
is($r->status() . $r->body(), '502page', 'an error_page');

$r = http_post('/named', 'body', jar => $jar, @bad);
is($r->status() . $r->header('X-Named') . $r->body(), "200bodysaid\n",
	'an error_page with an upstream, which gets the body');

is(http_get('/', method => 'HEAD', jar => $jar, @bad)->status(), 502, 'HEAD');

my @pipeline = http_pipeline([
	http_request('/', method => 'POST', body => 'x' x 9000, @bad),
	http_request('/plain.txt') ]);
is(join(' ', map { $_->status() } @pipeline), '502 200',
	'the connection goes on');

my $said = curl('--http2', '-H', 'X-Say: X-Session-Set: other=1',
	'https://127.0.0.1:' . port(2) . '/');
like($said, qr!^HTTP/2 502!, 'HTTP/2');
unlike($said, qr/said|x-other|x-session/i, 'nothing else is seen there');

@bad = say_lines([ 'Set: other=1' ]);
$bad[1][0] .= '|X-Accel-Redirect: /plain.txt';
$r = http_get('/', jar => $jar, @bad);
is($r->status(), 502, 'an answer that leads elsewhere');
unlike($r, qr/plain/, 'does not');

# what the location does with 502

@bad = say_lines('Set: other=1');

http_get('/directive', jar => $jar, @bad);
is($mc->get($key), '{"k":"old"}', 'directives count as with any 502');
http_get('/always', jar => $jar, @bad);
is($mc->get($key), '{"k":"always"}', 'those with "always", too');
like(http_get('/always', @bad)->header('Set-Cookie'), qr/^sid=.{100}/,
	'a session that begins with it has its cookie');

$r = http_get('/end', jar => $jar, @bad);
is($r->status(), 502, 'a logout');
like($r->header('Set-Cookie'), qr/^sid=;/, 'takes the cookie');
is($mc->get($key), undef, 'and ends the session');

$t->stop();
done_testing();

###############################################################################

sub last_line {
	my ($line) = $t->read_file('upstream.log') =~ /([^\n]*)\n\z/;

	return $line;
}

###############################################################################
