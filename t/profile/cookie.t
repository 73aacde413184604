#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The cookie: its attributes as configured, and how it is found in requests.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Token;

###############################################################################

my $epoch = 'Expires=Thu, 01 Jan 1970 00:00:00 GMT';
my $default = '; Path=/; SameSite=Lax; Secure; HttpOnly';

# the directive, the cookie's name and what stands behind its value

my @cookies = (
	[ '', '__Host-sid', $default ],
	[ 'cookie shop;', '__Host-shop', $default ],
	[ 'cookie __Host-a;', '__Host-a', $default ],
	[ 'cookie __Secure-a;', '__Secure-a', $default ],
	[ 'cookie sid secure=off;', 'sid', '; Path=/; SameSite=Lax; HttpOnly' ],
	[ 'cookie sid secure=on httponly=on samesite=lax path=/;', '__Host-sid',
		$default ],
	[ 'cookie sid httponly=off;', '__Host-sid',
		'; Path=/; SameSite=Lax; Secure' ],
	[ 'cookie sid samesite=strict;', '__Host-sid',
		'; Path=/; SameSite=Strict; Secure; HttpOnly' ],
	[ 'cookie sid samesite=none;', '__Host-sid',
		'; Path=/; SameSite=None; Secure; HttpOnly' ],
	[ 'cookie sid partitioned;', '__Host-sid',
		'; Path=/; SameSite=Lax; Secure; HttpOnly; Partitioned' ],
	[ 'cookie sid path=/shop;', 'sid',
		'; Path=/shop; SameSite=Lax; Secure; HttpOnly' ],
	[ 'cookie sid domain=example.org;', 'sid',
		'; Path=/; Domain=example.org; SameSite=Lax; Secure; HttpOnly' ],
	[ 'cookie sid secure=off httponly=off path=/a domain=b.org'
		. ' samesite=strict max_age=1d;', 'sid',
		'; Path=/a; Domain=b.org; Max-Age=86400; SameSite=Strict' ],
	[ 'cookie sid max_age=10h secure=off;', 'sid',
		'; Path=/; Max-Age=36000; SameSite=Lax; HttpOnly' ],
);

use constant { PLAIN => 4, AGED => 13 };

my $t = Test::Session->new();
my $mc = $t->memcached();

my $secret = 's' x 32;
$t->secret('secret', $secret);

my ($managers, $locations) = ('', '');

for my $n (0 .. $#cookies) {
	$managers .= "session_manager m$n { secret_file %%TESTDIR%%/secret;"
		. " memcached 127.0.0.1:%%MC_0%%; $cookies[$n][0] }\n";
	$locations .= "location /m$n { session m$n phase=rewrite;"
		. " location /m$n/set { session_set n \$arg_n; return 200 set; }"
		. " location /m$n/end { session_destroy; return 200 end; }"
		. " return 200 \"\$session_status \$session_user\"; }\n";
}

$t->write_conf(<<"CONF");
$managers
server {
    listen  127.0.0.1:%%PORT_0%%;
    $locations
}
CONF

$t->run();

###############################################################################

for my $n (0 .. $#cookies) {
	my ($directive, $name, $attributes) = @{$cookies[$n]};
	$directive ||= 'no directive';

	my @made = http_get("/m$n/set?n=1")->header('Set-Cookie');
	is(@made, 1, "$directive one cookie");

	my ($value, $rest) = $made[0] =~ /^\Q$name\E=([\w-]{112})(; .*)$/;
	is($rest, $attributes, "$directive attributes");
	cmp_ok(length $made[0], '<', 240, "$directive length");

	my $r = http_get("/m$n", cookie => "$name=$value");
	is($r->body, 'HIT ', "$directive found again");
	is($r->header('Set-Cookie'), undef, "$directive not sent again");

	my $expired = "$name=" . $attributes =~ s/; Max-Age=\d+//r
		=~ s/(?=; SameSite)/; Max-Age=0; $epoch/r;
	is_deeply([ http_get("/m$n/end", cookie => "$name=$value")
		->header('Set-Cookie') ], [ $expired ], "$directive expired");
}

cmp_ok(length http_get('/m0/set?n=1')->header('Set-Cookie'), '<', 200,
	'the default is shorter than 200 bytes');

# max_age: sent again after a tenth of it

is(aged(3500)->header('Set-Cookie'), undef, 'a young one is left');

my ($sent) = aged(3700)->header('Set-Cookie');
like($sent, qr/; Max-Age=36000;/, 'sent again after a tenth of its life');
my $again = token(AGED)->verify($sent =~ /^sid=([^;]+)/ ? $1 : '');
cmp_ok($again->{signed} - $again->{issued}, '>=', 3700, 'and signed anew');

# requests

my $now = time();
my ($ada, $bob, $gone, $older) = map { token(PLAIN)->sign(issued => $now - $_,
	created => $now - $_, signed => $now - $_) } 1, 1, 1, 9;
store($older, 'Eve');
store($ada, 'Ada');
store($bob, 'Bob');
my $forged = $ada =~ s/^(.{80})(.)/$1 . ($2 eq 'A' ? 'B' : 'A')/er;

my %found = (
	"sid=$ada" => 'HIT Ada',
	"sid=\"$ada\"" => 'HIT Ada',
	" \t sid = $ada \t " => 'HIT Ada',
	"a=b; sid=$ada; c=d" => 'HIT Ada',
	"a=b;sid=$ada;c=d" => 'HIT Ada',
	";;; a; b; sid=$ada;" => 'HIT Ada',
	"a=\"x; sid=$ada" => 'HIT Ada',
	"sid=$forged; sid=$ada" => 'HIT Ada',
	"sid=$ada; sid=$forged" => 'HIT Ada',
	"sid=; sid=$ada" => 'HIT Ada',
	"sid=$ada; sid=$bob" => 'HIT Bob',
	"sid=$bob; sid=$ada" => 'HIT Ada',
	"sid=$older; sid=$ada" => 'HIT Ada',
	"sid=$ada;  sid=$older" => 'HIT Ada',
	"sid=$gone; sid=$ada" => 'HIT Ada',
	"sid=$gone; sid=$forged; sid=$ada" => 'HIT Ada',
	"sid=$gone" => 'EXPIRED ',
	"sid=$gone; sid=$forged" => 'EXPIRED ',
	"sid=$forged" => 'FORGED ',
	'sid=' => 'NONE ',
	'sid=""' => 'NONE ',
	'sid' => 'NONE ',
	'' => 'NONE ',
	"xsid=$ada" => 'NONE ',
	"sidx=$ada" => 'NONE ',
	"SID=$ada" => 'NONE ',
	"__Host-sid=$ada" => 'NONE ',
	"a=sid=$ada" => 'NONE ',
);

is(asked($_), $found{$_}, (s/[\w-]{112}/.../gr) . " - $found{$_}")
	for sort keys %found;

is(asked([ 'a=b', "sid=$ada" ]), 'HIT Ada', 'in the second Cookie line');
is(asked([ "sid=$forged", 'a=b', "sid=$ada" ]), 'HIT Ada', 'in the third');
is(asked([ "sid=$gone", "sid=$ada" ]), 'HIT Ada', 'the first has no record');
is(asked([ 'a=b', 'c=d' ]), 'NONE ', 'in none of two');

$t->stop();
done_testing();

###############################################################################

sub token {
	return Test::Session::Token->new(secret => $secret, name => "m$_[0]");
}

sub store {
	my ($value, $user) = @_;

	$mc->set('m' . PLAIN . ':' . Test::Session::Token::store_key(
		token(PLAIN)->verify($value)->{id}), "{\"user\":\"$user\"}");
}

sub asked { return http_get('/m' . PLAIN, cookie => $_[0])->body }

sub aged {
	my ($age) = @_;

	my $id = Test::Session::Token::random_id();
	$mc->set('m' . AGED . ':' . Test::Session::Token::store_key($id), '{}');

	my $then = time() - $age;
	return http_get('/m' . AGED, cookie => 'sid=' . token(AGED)->sign(
		id => $id, map { $_ => $then } qw/ created issued signed /));
}

###############################################################################
