#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# clear_site_data of session_destroy and session_revoke_all: the response that
# expires the cookie tells the browser to forget more, no other one does.

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
my $down = $t->memcached();

my $managers = join '', map { <<"EOF" } 0, 1;
session_manager m$_ {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_$_%%;
    cookie       sid$_ secure=off;
    subject      user;
}
EOF

$t->secret();
$t->write_conf($managers . <<'CONF');
server {
    listen   127.0.0.1:%%PORT_0%%;
    session  m0;

    location /login { session_set user ada; return 204; }
    location /plain { session_destroy; return 204; }
    location /all   { session_destroy clear_site_data; return 204; }
    location /some  { session_destroy clear_site_data=storage,cache; return 204; }
    location /one   { session_destroy if=$arg_a clear_site_data=cookies; return 204; }
    location /two {
        session_destroy     if=$arg_a clear_site_data=cache;
        session_revoke_all  clear_site_data=storage if=$arg_b;
        return              204;
    }
    location /every { session_revoke_all clear_site_data; return 204; }

    location /up {
        session_accept   X-Session- destroy;
        session_destroy  clear_site_data if=$arg_a;
        proxy_pass       http://127.0.0.1:%%PORT_1%%;
    }

    location /down/ {
        session  m1;
        location = /down/login { session_set user ada; return 204; }
        location = /down/pass  { session_destroy clear_site_data; return 204; }
        location = /down/deny {
            session_destroy   clear_site_data;
            session_on_error  deny;
            return            204;
        }
    }
}
CONF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $all = '"cache", "cookies", "storage"';

for (['/plain', undef], ['/all', $all], ['/some', '"cache", "storage"'],
	['/every', $all], ['/one?a=1', '"cookies"'], ['/two?a=1', '"cache"'],
	['/two?b=1', '"storage"'], ['/two?a=1&b=1', '"cache", "storage"'],
	['/up?a=1', $all])
{
	my ($uri, $clear) = @$_;

	my $r = http_get($uri, cookie => login());
	like($r->header('Set-Cookie'), qr/^sid0=;/, "$uri expires the cookie");
	is_deeply([ $r->header('Clear-Site-Data') ],
		defined $clear ? [ $clear ] : [], 'and clears what it says');
	is(scalar(my @lines = $r->header('Set-Cookie')), 1, 'once');
	is_deeply([ $r->header('Cache-Control') ], [ 'private' ],
		'for this user only');
}

for (['/one', 'a condition that is not met'], ['/two', 'nor one of two'],
	['/up', 'an upstream that ends nothing'])
{
	my ($uri, $name) = @$_;

	my $r = http_get($uri, cookie => login());
	is($r->header('Set-Cookie'), undef, "$uri: $name");
	is($r->header('Clear-Site-Data'), undef, 'clears nothing');
}

my $r = http_get('/up', cookie => login(), say_lines('Destroy: 1'));
like($r->header('Set-Cookie'), qr/^sid0=;/, 'an upstream ends the session');
is($r->header('Clear-Site-Data'), undef, 'and says itself what is to be cleared');

$r = http_get('/all');
is($r->status(), 204, 'a request without a cookie');
is($r->header('Clear-Site-Data'), undef, 'has nothing to forget');

$r = http_get('/all', cookie => 'sid0=garbage');
like($r->header('Set-Cookie'), qr/^sid0=;/, 'a cookie that is none is expired');
is($r->header('Clear-Site-Data'), $all, 'with all the rest');

is(scalar(my @keys = grep { !/~/ && $mc->get($_) =~ /ada/ } $mc->keys()), 3,
	'only sessions that nobody ended are left');

# a store that is down

my $cookie = 'sid1=' . http_get('/down/login')->cookie('sid1');
$down->kill();

$r = http_get('/down/pass', cookie => $cookie);
like($r->header('Set-Cookie'), qr/^sid1=;/, 'expired without the store');
is($r->header('Clear-Site-Data'), $all, 'and cleared');

$r = http_get('/down/deny', cookie => $cookie);
is($r->status(), 503, 'a logout that failed where it must not');
is($r->header('Clear-Site-Data'), undef, 'clears nothing');

# nginx -t

for my $name (qw/ session_destroy session_revoke_all /) {
	refused("$name $_;", qq{unknown parameter "$_" in "$name": "if=" and a }
		. 'condition is expected, or "clear_site_data"')
		for 'clear', 'Clear_site_data', 'if', 'if=', 'on';

	refused("$name '$_';", qq{invalid parameter "$_" in "$name": }
		. '"clear_site_data" is expected, or with "=" and "cache", "cookies"')
		for map { "clear_site_data$_" } '=', 's', '=all', '=cache,', '=,cache',
		'=cache,cache', '=Cache', '="cache"', '=*', '=cookies;storage';

	refused("$name if=\$uri if=\$args;", qq{"$name" directive has a second }
		. 'parameter "if=": one is expected');
	refused("$name clear_site_data clear_site_data=cache;", qq{"$name" }
		. 'directive has a second parameter "clear_site_data": one is expected');
	refused("$name if=\$uri clear_site_data more;",
		qq{invalid number of arguments in "$name"});
}

done_testing();

###############################################################################

sub login {
	return 'sid0=' . http_get('/login')->cookie('sid0');
}

sub refused {
	my ($line, $expected) = @_;

	my ($ok, $said) = $t->check_http(<<"EOF");
$managers
server { listen 127.0.0.1:%%PORT_0%%; location / { session m0; $line } }
EOF
	ok(!$ok && $said =~ /\[emerg\] .*\Q$expected\E/, "refused: $line")
		or diag($said);
}

###############################################################################
