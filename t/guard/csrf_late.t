#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf: $session_csrf in a page's body, where sub_filter and SSI put it
# when the header is on its way, begins a session at the first visit, too.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Server;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();

my $form = '<input value=HERE>';
my %pages = (small => $form, long => 'x' x 30000 . $form . 'y' x 30000,
	endless => $form . 'x' x 200000, behind => 'x' x 200000 . $form,
	plain => 'nothing', empty => '',
	ssi => '<input value=<!--# echo var="session_csrf" encoding="none" -->>');

$t->write_file($_, $pages{$_}) for keys %pages;

$t->write_conf(<<'EOF');
default_type  text/html;

session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;
    listen  127.0.0.1:%%PORT_1%% http2;

    session       app;
    session_csrf  on;
    sub_filter    HERE $session_csrf;
    sub_filter_types  *;

    location /         { location = /ssi { ssi on; } }
    location /gzip/    { alias %%TESTDIR%%/; gzip on; gzip_min_length 1; }
    location /proxy/   { proxy_http_version 1.1;
                         proxy_pass http://127.0.0.1:%%PORT_2%%; }
    location /stream/  { proxy_buffering off;
                         proxy_pass http://127.0.0.1:%%PORT_2%%; }
    location /page/    { session app require; error_page 401 /small; }
    location /set/     { alias %%TESTDIR%%/; session_set user Ada; }
    location /deny/    { alias %%TESTDIR%%/; session_on_error deny; }
    location = /post   { sub_filter X X; return 204; }
}
EOF

$t->run_daemon('127.0.0.1:' . port(2), \&slowly);
$t->run();

###############################################################################

# the token is in the page, good, and the only change to it

for (['/small'], ['/long'], ['/endless'], ['/ssi'], ['/gzip/long'],
	['/proxy/small'], ['/proxy/long'], ['/stream/first'], ['/page/', 'small', 401],
	['/set/small'], ['/set/long'])
{
	my ($uri, $page, $status) = @$_;
	my $body = $pages{$page // $uri =~ s!.*/!!r} // $form;
	my $jar = cookie_jar();

	$mc->flush();

	my $r = http_get($uri, jar => $jar);
	my $token = $r->body =~ /value=([\w-]{48})>/ ? $1 : 'none';

	is($r->status, $status // 200, "$uri: status");
	is($r->body, $body =~ s/HERE|<!.*->/$token/r, "$uri: body");
	is(send_token($token, $jar), 204, "$uri: the token is good");
	is(() = $r->header('Set-Cookie'), 1, "$uri: the cookie goes with it");
	like($mc->get(($mc->keys())[0]), $uri =~ /set/ ? qr/^{"user":"Ada"}$/
		: qr/^{}$/, "$uri: and is saved");

	$r = http_get($uri, jar => $jar);
	like($r->body, qr/value=[\w-]{48}>/, "$uri: a later visit") if !$status;
	is(() = $r->header('Set-Cookie'), 0, "$uri: goes on with that session");
}

# over HTTP/2

for my $uri ('/small', '/long', '/proxy/long') {
	my $r = curl('--http2-prior-knowledge', 'http://127.0.0.1:' . port(1) . $uri);
	my $cookie = 'app=' . ($r->cookie('app') // '');

	is(length $r->body, length($pages{$uri =~ s!.*/!!r}) + 44, "HTTP/2, $uri");
	is(send_token($r->body =~ /value=([\w-]{48})>/, undef, cookie => $cookie),
		204, "HTTP/2, $uri: the token is good");
}

# where nobody reads it, or too late

$mc->flush();

for my $uri ('/plain', '/empty', '/proxy/plain', '/behind') {
	my $r = http_get($uri);
	my $page = $pages{$uri =~ s!.*/!!r} =~ s/HERE//r;

	is($r->status . $r->body, "200$page", "$uri is as it was");
	is(() = $r->header('Set-Cookie'), 0, "$uri begins no session");
}

is(http_head('/small')->status, 200, 'HEAD');
is(scalar(my @keys = $mc->keys()), 0, 'none is stored');
like($t->read_log(), qr/\[warn\] .*"\$session_csrf" was read too late to begin a/,
	'the log tells of those that were too late');

# upstreams that break off, behind the header or behind some of the page

for my $uri (map { ("/proxy/$_", "/stream/$_") } qw/ broken bare /) {
	my $r = http_get($uri);

	is($r->status, 200, "$uri has its header");
	is($r->body =~ /value=[\w-]{48}>/ ? 'token' : '', $uri =~ /broken/ ? 'token'
		: '', "$uri, and what there is of the body");
}

# the connection goes on

is(join(' ', map { length $_->body } http_pipeline([ map
	{ "GET /$_ HTTP/1.1\r\nHost: a\r\n\r\n" } qw/ small long plain small / ])),
	'62 60062 7 62', 'one page after the other');

# memcached is down

$mc->kill();
is(http_get('/small')->cookie('app'), undef, 'not saved, no cookie');
is(http_get("/deny/$_")->status, 503, "deny/$_") for 'small', 'long';

done_testing();

###############################################################################

sub send_token {
	my ($token, $jar, %extra) = @_;

	return http_post('/post', '', header => 'X-CSRF-Token: ' . ($token // ''),
		jar => $jar, %extra)->status;
}

# pages, each in pieces that come one after the other

sub slowly {
	my ($address) = @_;

	accept_each($address, sub {
		my ($client) = @_;

		my ($page) = request_head($client) =~ m!/(\w+) HTTP! or return;
		my @parts = ($pages{$page} // $form) =~ /(.{1,9000})/gs;

		$client->autoflush(1);
		print $client "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n",
			$page =~ /^b/ ? "Content-Length: 9999\r\n\r\n" : "\r\n";
		@parts = () if $page eq 'bare';
		select(undef, undef, undef, 0.01), print $client $_ for @parts;
	});
}

###############################################################################
