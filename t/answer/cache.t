#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# proxy_cache in the same location: a response that changes the cookie is for
# its user only, whether it comes from the upstream or out of the cache, and
# what the cache keeps has nothing of any session.

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

$t->secret();
$t->write_conf(<<'EOF');
proxy_cache_path  %%TESTDIR%%/cache keys_zone=one:1m;

session_manager app { %%MANAGER_sid%% }

add_header         X-Cache $upstream_cache_status always;
proxy_cache        one;
proxy_cache_key    $arg_key;
proxy_cache_valid  200 1h;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = / {
        session_header      X-Session-User user;
        session_set         user $arg_set if=$arg_set;
        session_destroy     if=$arg_end;
        session_regenerate  if=$arg_new;
        proxy_pass          http://127.0.0.1:%%PORT_1%%;
    }

    location = /id {
        session  app phase=rewrite;
        return   200 $session_id;
    }

    location = /login {
        session_regenerate    if=$upstream_http_x_user;
        session_set           user $upstream_http_x_user
                              if=$upstream_http_x_user;
        session_set           mark $upstream_cookie_mark
                              if=$upstream_cookie_mark;
        session_set           seen $upstream_cache_status;
        proxy_ignore_headers  Set-Cookie;
        proxy_pass            http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my %is_private = (
	'' => 'private',
	'Cache-Control: public, max-age=600' => 'private, max-age=600',
	'Cache-Control: public|Cache-Control: s-maxage=600|Cache-Control: '
		. 'max-age=60, must-revalidate' => 'private, max-age=60, must-revalidate',
	'Expires: Thu, 31 Dec 2037 23:55:55 GMT' => 'private',
	'Pragma: public|Cache-Control: max-age=600, stale-if-error=60' =>
		'private, max-age=600, stale-if-error=60',
	'X-Accel-Expires: 600|Cache-Control: no-store' => 'private, no-store',
	'X-Accel-Expires: 600|Cache-Control: private, no-cache' =>
		'private, no-cache',
	'Surrogate-Control: max-age=600|CDN-Cache-Control: max-age=600|'
		. 'Cache-Control: max-age=600' => 'private, max-age=600',
);

my @targeted = qw/ Surrogate-Control CDN-Cache-Control X-Accel-Expires /;
my $n = 0;

for my $lines (sort keys %is_private) {
	my ($ada, $eve) = (cookie_jar(), cookie_jar());
	my $uri = '/?key=' . $n++;
	my @sent = map { /^Cache-Control: (.*)/ ? $1 : () } split /\|/, $lines;
	my $name = "'$lines'";

	my $r = get("$uri&set=ada", $ada, $lines);
	is($r->header('X-Cache'), 'MISS', "$name of the upstream");
	is_kept_private($r, $is_private{$lines}, 'with a new session');

	$r = get($uri, $eve, $lines);
	is($r->header('X-Cache'), 'HIT', 'was kept for others');
	is($r->header('Set-Cookie'), undef, 'without the cookie');
	is_deeply([ $r->header('Cache-Control') ], \@sent, 'as it was');
	is(get($uri, $ada, $lines)->header('Set-Cookie'), undef,
		'nor is one sent twice');

	is_kept_private(get("$uri&set=eve", $eve, $lines), $is_private{$lines},
		'a new session with a hit');
	is_kept_private(get("$uri&new=1", $ada, $lines), $is_private{$lines},
		'a new id');

	$r = get("$uri&end=1", $ada, $lines);
	like($r->header('Set-Cookie'), qr/^sid=;/, 'the end of a session');
	is_kept_private($r, $is_private{$lines}, 'with a hit');

	$uri = '/?key=' . $n++;
	is_kept_private(get("$uri&end=1", $eve, $lines), $is_private{$lines},
		'the end without a hit');
	is_deeply([ get($uri, $eve, $lines)->header('Cache-Control') ], \@sent,
		'is not kept either');
}

# what applications make of a session is kept apart where they say so

my ($ada, $eve) = (cookie_jar(), cookie_jar());
get("/?key=begin&set=$_->[0]", $_->[1], '') for ['ada', $ada], ['eve', $eve];

is(get('/?key=vary', $ada, 'Vary: X-Session-User')->header('X-Cache'), 'MISS',
	'Vary: what the module adds');
is(get('/?key=vary', $eve, 'Vary: X-Session-User')->header('X-Cache'), 'MISS',
	'keeps users apart');
is(get('/?key=vary', $ada, '')->header('X-Cache'), 'HIT', 'each has their own');
get('/?key=private', $ada, 'Cache-Control: private');
is(get('/?key=private', $eve, '')->header('X-Cache'), 'MISS', 'private');

# what the upstream has said of one user

my $lines = 'X-User: bob|Set-Cookie: mark=7';
my ($bob, $mallory) = (cookie_jar(), cookie_jar());

is(get('/login?key=login', $bob, $lines)->header('X-Cache'), 'MISS', 'a login');
is(record($bob), '{"user":"bob","mark":"7","seen":"MISS"}', 'is believed');
is(get('/login?key=login', $mallory, '')->header('X-Cache'), 'HIT',
	'the same response for somebody else');
is(record($mallory), '{"seen":"HIT"}', 'logs nobody in');
get('/login?key=login', $eve, '');
like(record($eve), qr/"user":"eve"/, 'nor somebody out');

# the cache

my @files = map { $t->read_file("cache/$_") } map { s!.*/cache/!!r }
	glob $t->testdir() . '/cache/*';
cmp_ok(scalar @files, '>=', 20, 'responses were kept');
is(scalar(grep { /sid=|^X-Session|^Set-Cookie: (?!mark)/mi } @files), 0,
	'none of them with a cookie or a header of the module');

done_testing();

###############################################################################

sub get {
	my ($uri, $jar, $lines) = @_;

	return http_get($uri, jar => $jar, header => "X-Say: $lines");
}

sub record {
	my ($jar) = @_;

	http_get('/id', jar => $jar) =~ /\r\n\r\n(.+)/ or die "no session\n";
	return $mc->get("app:$1");
}

sub is_kept_private {
	my ($r, $expected, $name) = @_;

	like($r->header('Set-Cookie'), qr/^sid=/, "$name changes the cookie");
	is_deeply([ $r->header('Cache-Control') ], [ $expected ],
		'and has one Cache-Control');
	is(join('', map { $r->header($_) // '' } @targeted), '',
		'and none for caches of some kind');
}

###############################################################################
