#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_status_page: its two formats, which of them is sent to whom, and
# that promtool finds nothing to complain about.

###############################################################################

use warnings;
use strict;

use FindBin;
use JSON::PP;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
$t->memcached();
$t->memcached(unix => 1);

$t->secret();
$t->write_conf(<<'EOF' =~ s/<odd>/\xc3\xa9 \xff/r);
session_manager app { %%MANAGER_app%% }

session_manager other-1_X {
    secret_file  %%TESTDIR%%/secret;
    memcached    unix:%%UNIX_1%%;
    memcached    'unix:%%TESTDIR%%/a "quoted\\ <odd>';
    cookie       other secure=off;
}

server {
    listen       127.0.0.1:%%PORT_0%%;

    location /         { session app; session_set a $arg_a; return 204; }
    location /other    { session other-1_X; empty_gif; }
    location = /status { session_status_page; }
    location = /gzip   { session_status_page; gzip on;
                         gzip_types text/plain; gzip_min_length 1; }
}
EOF

$t->run();

http_get('/?a=1');
http_get('/other');

###############################################################################

my $r = http_get('/status');
is($r->status(), 200, 'served');
is($r->header('Content-Type'), 'application/json', 'JSON unless asked');
my $json = decode_json($r->body());
is_deeply([sort keys %$json], ['managers', 'since', 'version'],
	'what JSON has');
is_deeply([sort keys %{$json->{managers}}], ['app', 'other-1_X'],
	'all managers');
is_deeply([sort keys %{$json->{managers}{app}}], [sort qw/ loads cookies new saves
	evictions_suspected save_conflicts save_retries save_grouped store_errors
	store_in_flight store_operations servers /], 'what a manager has');
cmp_ok($json->{since}, '<=', time(), 'the counters began before');

my @servers = map { $_->{name} } @{$json->{managers}{'other-1_X'}{servers}};
is($servers[1], 'unix:' . $t->testdir() . "/a \"quoted\\ \x{e9} ?",
	'any name of a server, as Unicode');

my $text = http_get('/status?format=prometheus');
is($text->header('Content-Type'), 'text/plain; version=0.0.4',
	'Prometheus has its type');
like($text->body(), qr/^\#\ HELP\ nginx_session_loads_total\ \w.+\n
	\#\ TYPE\ nginx_session_loads_total\ counter\n
	nginx_session_loads_total\{manager="app",status="none"\}\ 1\n/mx,
	'Prometheus has help, type and samples');
like($text->body(), qr/server="unix:\S+\/a \\"quoted\\\\ \xc3\xa9 \?",state/,
	'labels are escaped');

my %families;
$families{$_}++ for $text->body() =~ /^# TYPE (\S+)/mg;
is_deeply([grep { $families{$_} != 1 } keys %families], [],
	'each family comes once');

is_deeply([promtool($text->body())], [0, ''],
	'promtool check metrics is content');
isnt((promtool("nginx_session_wrong_total{ 1\n"))[0], 0,
	'it would not be with another text');

like($text->body(), qr/^nginx_session_loads_total\{manager="other-1_X",
	status="none"\}\ $json->{managers}{'other-1_X'}{loads}{none}$/mx,
	'both formats say the same');

###############################################################################

# by Accept

for (
	['*/*', 'json'], ['text/html, */*;q=0.8', 'json'],
	['text/plain', 'prometheus'], ['text/plain, application/json', 'json'],
	['text/plain;q=0.9, application/json;q=0.8', 'prometheus'],
	['application/json;q=0, text/*', 'prometheus'], ['image/png', 'json'],
	['text/plain;q=0', 'json'], ['*/*, text/plain; q=0.2', 'json'],
	['*/*;q=0.1, TEXT/plain', 'prometheus'],
	['application/openmetrics-text;version=1.0.0,application/openmetrics-'
		. 'text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,'
		. '*/*;q=0.1', 'prometheus'],
) {
	my ($accept, $format) = @$_;

	is(format_of('/status', $accept), $format, "Accept: $accept");
	is(format_of('/status?format=json', $accept), 'json',
		"Accept: $accept, but ?format=json");
}

$r = http("GET /status HTTP/1.0\r\nHost: localhost\r\n"
	. "Accept: application/json;q=0.1\r\naccept: text/plain;q=0.2\r\n\r\n");
like($r->header('Content-Type'), qr/^text/, 'several lines of Accept');
is(http_get("/status?format=$_")->status(), 400, "?format=$_ is refused")
	for '', 'xml', 'JSON', 'jso';

# methods

$r = http_head('/status');
is($r->status(), 200, 'HEAD');
is($r->body(), '', 'HEAD: no body');
cmp_ok($r->header('Content-Length'), '>', 1000, 'HEAD: its length');
is(http(http_request('/status', method => $_))->status(), 405,
	"$_ is refused") for qw/ POST PUT DELETE OPTIONS /;
is(http_post('/status', 'body')->status(), 405, 'POST with a body is refused');

$r = http_get('/gzip?format=prometheus',
	header => 'Accept-Encoding: gzip');
is($r->header('Content-Encoding'), 'gzip', 'gzip_types text/plain');

done_testing();

###############################################################################

sub format_of {
	my ($uri, $accept) = @_;

	my $type = http_get($uri, header => "Accept: $accept")
		->header('Content-Type');

	return $type =~ /json/ ? 'json' : 'prometheus';
}

# its exit status, and all that it says

sub promtool {
	my ($metrics) = @_;

	my $file = $t->write_file('metrics', $metrics);
	my $said = `promtool check metrics < $file 2>&1`;

	return ($? >> 8, $said);
}

###############################################################################
