#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/memcached.md

###############################################################################

use warnings;
use strict;

use FindBin;
use JSON::PP;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;
use Test::Session::Tree qw/ text /;

###############################################################################

use constant USERS => 200;
use constant RECORDS => 60_000;	# some 12 MB, of 2

my $page = Test::Session::Guide->new('memcached', plain => 1);
my $mc = $page->memcached(undef, '-m', 2);

$page->application();
$page->run();

# how much memory: what memcached has in use, by the sizes of its chunks

login("user$_") for 1 .. USERS;

my $slabs = $mc->stats('slabs');
my $bytes = 0;

for my $class (map { /^(\d+):chunk_size$/ } keys %$slabs) {
	$bytes += $slabs->{"$class:chunk_size"} * $slabs->{"$class:used_chunks"};
}

is(scalar grep({ /~/ } $mc->keys()), USERS, 'users');
cmp_ok($bytes / USERS, '<', 500, 'a user takes less than 500 bytes');
cmp_ok(100_000 * $bytes / USERS, '<', 64 * 1024 * 1024, '100,000 in 64 MB');

# whoever can write to memcached

my $eve = login('eve');
my ($key) = grep { ($mc->get($_) // '') =~ /eve/ } $mc->live();

like(get('/', $eve)->body(), qr/^X-Session-Role: editor\r$/m, 'an editor');
$mc->set($key, $mc->get($key) =~ s/editor/admin/r,
	flags => $mc->mg($key)->{flags}{f});
like(get('/', $eve)->body(), qr/^X-Session-Role: admin\r$/m,
	'whose record was changed');

# when it is full: the session that was not used for the longest time goes

my $bob = login('bob');
my $suspected = status()->{evictions_suspected};
my $record = $mc->get($key);
my $length = length $record;

is($suspected, 0, 'no eviction yet');

print { $mc->{socket} } map {
	sprintf "set app:%043d 0 0 %d noreply\r\n%s\r\n", $_, $length, $record
} 1 .. RECORDS;

cmp_ok($mc->stats()->{evictions}, '>', 0, 'records were evicted');
is(get('/account/', $bob)->status(), 401, 'one is logged out');
is(status()->{evictions_suspected}, 1, 'the status page tells');

my ($command) = text('docs/guide/memcached.md') =~ /`(printf 'stats[^`]+)`/;

$command =~ s/127\.0\.0\.1:11211/$mc->address()/e;
like(`$command`, qr/^STAT evictions [1-9]\d*\r$/m, "so does memcached's own page");

# a restart

my $ada = login('ada');
$mc->restart();
is(get('/account/', $ada)->status(), 401, 'after a restart');
login('ada', $ada);
is(get('/account/', $ada)->status(), 200, 'one logs in again');

# an interruption

$mc->kill_now();
is(get('/account/', $ada)->status(), 503, 'down');
is(get('/', $ada)->status(), 200, 'what requires no session is served');
ok($ada->header(), 'the cookie stays');

done_testing();

###############################################################################

sub get {
	my ($path, $jar, %extra) = @_;

	return http_get($path, jar => $jar, host => 'example.com',
		port => $page->at('plain'), %extra);
}

sub login {
	my ($user, $jar) = @_;

	$jar ||= cookie_jar();
	get('/login', $jar, body => "user=$user&password=right");

	return $jar;
}

sub status {
	my $body = $page->browser()->get('/session-status')->body();

	return decode_json($body)->{managers}{app};
}

###############################################################################
