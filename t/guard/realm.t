#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_realm: a 401 of the module has a WWW-Authenticate, of which browsers
# make no dialog, and no other response has one.

###############################################################################

use warnings;
use strict;

use FindBin;
use MIME::Base64;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_file('passwords', "ada:{PLAIN}lovelace\n");
$t->write_file('page', 'page');

my $conf = $t->conf(<<'EOF');
session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;
    listen  127.0.0.1:%%PORT_1%% http2;

    root                  %%TESTDIR%%;
    auth_basic_user_file  %%TESTDIR%%/passwords;
    session               app require;
    error_page            404 =200 /page;

    location = /begin  { session app optional; session_set n 1;
                         return 204; }
    location = /page   { session app optional; }
    location /require  { REALM }
    location /named    { session_realm "The Shop";
                         location /named/deeper { }
                         location /named/off { session_realm off; } }
    location /off      { session_realm off; }
    location /fresh    { session app optional; session_fresh 1h; }
    location /value    { session app optional; session_require $session_vip
                         error=401; }
    location /csrf     { session app optional; session_csrf on error=401; }
    location /403      { session app optional;
                         session_require $session_vip; }
    location /static   { error_page 401 /page; }
    location /200      { error_page 401 =200 /page; }
    location /own      { add_header WWW-Authenticate Mine always; }
    location /any      { satisfy any; auth_basic passwords; }
    location /anyoff   { satisfy any; auth_basic passwords;
                         session_realm off; }
    location /all      { auth_basic passwords; }
    location /deny     { satisfy any; deny all; }
    location /open     { satisfy any; allow all; }
    location /upstream { session app optional;
                         proxy_pass http://127.0.0.1:%%PORT_2%%; }
}

server {
    listen  127.0.0.1:%%PORT_2%%;

    location /upstream/401  { return 401; }
    location /upstream/mine { add_header WWW-Authenticate Mine always;
                              return 401; }
}
EOF

$t->write_file_expand('nginx.conf', $conf =~ s/REALM//r);
$t->run();

###############################################################################

my $cookie = 'Cookie realm="app"';
my $basic = 'Basic realm="passwords"';

for (['/require', 401, $cookie], ['/named', 401, 'Cookie realm="The Shop"'],
	['/named/deeper', 401, 'Cookie realm="The Shop"'], ['/named/off', 401],
	['/off', 401], ['/fresh', 401, $cookie], ['/value', 401, $cookie],
	['/403', 403], ['/static', 401, $cookie], ['/200', 200],
	['/own', 401, 'Mine'], ['/any', 401, $basic], ['/anyoff', 401, $basic],
	['/all', 401, $cookie], ['/deny', 401, $cookie], ['/open', 200],
	['/upstream/401', 401], ['/upstream/mine', 401, 'Mine'])
{
	my ($uri, $status, @challenges) = @$_;

	challenged(http_get($uri), $status, "$uri without a session", @challenges);
}

challenged(http_post('/csrf', ''), 401, 'session_csrf', $cookie);
challenged(curl('--http2-prior-knowledge', 'http://127.0.0.1:' . port(1)
	. '/require'), 401, 'HTTP/2', $cookie);
challenged(http_get('/require', cookie => 'app=forged'), 401, 'a forged cookie',
	$cookie);

# what is granted has none, whoever grants it

my $jar = cookie_jar();
http_get('/begin', jar => $jar);
my $password = 'Authorization: Basic ' . encode_base64('ada:lovelace', '');

challenged(http_get('/require', jar => $jar), 200, 'a session');
challenged(http_get('/any', jar => $jar), 200, 'satisfy any, a session');
challenged(http_get('/any', header => $password), 200,
	'satisfy any, a password');
challenged(http_get('/any', header => $password =~ s/A/B/r), 401,
	'satisfy any, a wrong one', $basic);
challenged(http_get('/all', jar => $jar), 401, 'satisfy all, a session only',
	$basic);
challenged(http_get('/all', jar => $jar, header => $password), 200,
	'satisfy all, both');

# nginx -t

for ('', 'a"b', 'a\\b', 'a$b', "a\tb", "\xc3\xa4", 'x' x 201) {
	my ($good, $output) = $t->check_conf($conf
		=~ s/REALM/'session_realm \'' . s!\\!\\\\\\\\!r . '\';'/er);

	ok(!$good, "refused: $_");
	like($output, qr/\[emerg\] .*invalid realm ".*" in "session_realm": "off" or/,
		'it says why');
}

for ('on', "It's a shop, or two", 'x' x 200) {
	my ($good, $output) = $t->check_conf($conf =~ s/REALM/session_realm "$_";/r);
	ok($good, "good: $_") or diag($output);
}

my ($good, $output) = $t->check_conf($conf
	=~ s/REALM/session_realm a; session_realm b;/r);
like($output, qr/"session_realm" directive is duplicate/, 'once only');

done_testing();

###############################################################################

sub challenged {
	my ($response, $status, $name, @challenges) = @_;

	is(join(', ', $response->status, $response->header('WWW-Authenticate')),
		join(', ', $status, @challenges), $name);
}

###############################################################################
