#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A shared cache in front of the module's nginx: what one user is told to
# keep reaches no other, also where the cache looks at one header only.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
proxy_cache_path  %%TESTDIR%%/cache keys_zone=one:1m;

session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_0%%;
    cookie       sid secure=off max_age=1h;
}

map $uri $cache_control {
    ~/public/  "public, max-age=600, s-maxage=600";
    ~/old/     "max-age=600";
}

map $uri $expires { ~/(expires|old)/  "Thu, 31 Dec 2037 23:55:55 GMT"; }
map $uri $accel   { ~/accel/  600; }
map $uri $target  { ~/cdn/    max-age=600; }
map $uri $pragma  { ~/pragma/ public; }

server {
    listen      127.0.0.1:%%PORT_0%%;
    session     app phase=rewrite;

    add_header  Cache-Control      $cache_control;
    add_header  Expires            $expires;
    add_header  Pragma             $pragma;
    add_header  X-Accel-Expires    $accel;
    add_header  CDN-Cache-Control  $target;
    add_header  Surrogate-Control  $target;

    session_set         user $arg_set if=$arg_set;
    session_regenerate  if=$arg_new;
    session_destroy     if=$arg_end;

    location / { return 200 "page"; }
    location /moved/ { return 301 /; }
    location /file/ { alias %%TESTDIR%%/; }

    location /account/ {
        session     app require;
        alias       %%TESTDIR%%/;
        add_header  X-User $session_user;
        add_header  Cache-Control private;
    }
}

add_header         X-Cache $upstream_cache_status always;
proxy_cache        one;
proxy_cache_valid  any 1h;
proxy_cache_key    $server_port$uri$is_args$arg_key;

server {
    listen  127.0.0.1:%%PORT_1%%;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_0%%;
    }
}

# where Set-Cookie alone forbids nothing

server {
    listen  127.0.0.1:%%PORT_2%%;

    location / {
        proxy_ignore_headers   Set-Cookie;
        proxy_pass             http://127.0.0.1:%%PORT_0%%;
    }
}

# where Cache-Control alone forbids nothing

server {
    listen  127.0.0.1:%%PORT_3%%;

    location / {
        proxy_ignore_headers   Cache-Control;
        proxy_cache_revalidate on;
        proxy_pass             http://127.0.0.1:%%PORT_0%%;
    }
}
EOF

$t->write_file('page', 'a page');
$t->run();

###############################################################################

my %caches = (1 => 'a cache', 2 => 'one that ignores Set-Cookie',
	3 => 'one that ignores Cache-Control');
my $n = 0;

for my $cache (sort keys %caches) {
	for my $kind (qw/ plain public old expires pragma accel cdn moved file /) {
		my $ada = cookie_jar();

		for my $change (qw/ set new end /) {
			my $uri = "/$kind/page?key=" . $n++;
			my $name = "$caches{$cache}, $kind, $change";

			my $r = get($cache, "$uri&$change=ada", $ada);
			like($r->header('Set-Cookie'), qr/^sid=/, $name);
			is(headers($r), 'Cache-Control', 'one header for caches');

			$r = get($cache, $uri);
			isnt($r->header('X-Cache'), 'HIT', 'is for nobody else');
			is($r->header('Set-Cookie'), undef, 'who has no cookie');

			$r = get($cache, $uri);
			is($r->header('X-Cache'), 'HIT', 'what is for all was kept');
			is($r->header('Set-Cookie'), undef, 'without a cookie');
		}
	}
}

# conditional requests

my $ada;
my $r = get(1, '/file/page?key=etag');
my $etag = $r->header('ETag');

for my $cache (1 .. 3) {
	$ada = cookie_jar();
	$r = get($cache, "/file/page?key=cond$cache&set=ada", $ada,
		header => "If-None-Match: $etag");
	ok($ada->get('sid'), $r->status() . ' with a cookie');
	$r = get($cache, "/file/page?key=cond$cache");
	isnt($r->header('X-Cache'), 'HIT', "$caches{$cache}: is not kept");
	is($r->header('Set-Cookie'), undef, 'nobody else has it');
}

# what a location makes of the session

for my $cache (1, 2) {
	is(get($cache, '/account/page', $ada)->header('X-User'), 'ada',
		"$caches{$cache}: a page for its user");
	$r = get($cache, '/account/page');
	is($r->status(), 401, 'nobody else sees it');
	is($r->header('X-User'), undef, 'nor the header');
}

my @files = map { $t->read_file("cache/$_") } map { s!.*/cache/!!r }
	glob $t->testdir() . '/cache/*';
cmp_ok(scalar @files, '>=', 27, 'responses were kept');
is(scalar(grep { /^Set-Cookie|X-User/mi } @files), 0, 'none with a cookie');

done_testing();

###############################################################################

sub get {
	my ($cache, $uri, $jar, %extra) = @_;

	return http_get($uri, port => port($cache), jar => $jar, %extra);
}

# those of a response that tell caches something

sub headers {
	my ($r) = @_;

	return join ' ', sort grep { /cache-control|surrogate|accel/i }
		map { my $name = $_; ($name) x (my @lines = $r->header($name)) }
		qw/ Cache-Control CDN-Cache-Control Surrogate-Control
		X-Accel-Expires /;
}

###############################################################################
