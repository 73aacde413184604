#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Tests for docs/readers: cookies that they must refuse, as docs/wire-format.md
# says.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Readers;
use Test::Session::Token;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret', join('', 'a' .. 'z', 0 .. 9) . "\n");
$t->secret('binary', join '', map { chr } reverse 0 .. 63, 10);

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    location = /login { session app; session_set user Ada; return 204; }
}
EOF

$t->run();

###############################################################################

my $readers = Test::Session::Readers->new($t, $mc);
my @languages = $readers->languages();
my $cookie = http_get('/login')->cookie('sid');

# what must be refused

my $forged = $cookie;
substr($forged, 40, 1) =~ tr/A-Za-z/B-ZAb-za/;
substr($forged, 40, 1) = 'x' if $forged eq $cookie;

my %refused = (
	'forged' => [$forged, 'app', 'secret'],
	'too long' => ["${cookie}A", 'app', 'secret'],
	'too short' => [substr($cookie, 1), 'app', 'secret'],
	'with a newline' => ["$cookie\n", 'app', 'secret'],
	'wrong character' => [substr($cookie, 0, 111) . '.', 'app', 'secret'],
	'of another manager' => [$cookie, 'other', 'secret'],
	'of another secret' => [$cookie, 'app', 'binary'],
);

for my $language (@languages) {
	for my $name (sort keys %refused) {
		my ($wrong, $manager, $file) = @{$refused{$name}};
		my ($status, $out) = reader($language, $file, $manager, $wrong);
		is($status, 1, "$language, cookie $name refused");
		is($out, '', "$language, cookie $name, no output");
	}
}

# signed, but of a time that cannot be, or too old

my $token = Test::Session::Token->new(
	secret => $t->read_file('secret') =~ s/\n\z//r);
my $id = $token->verify($cookie)->{id};
my $now = time();

for my $case (
	['created in the future', $now + 3600, $now, $now],
	['issued in the future', $now, $now + 3600, $now],
	['signed in the future', $now, $now, $now + 3600],
	['too old', $now - 12 * 3600 - 1, $now, $now],
) {
	my ($name, @times) = @$case;
	my $wrong = sign(@times);

	for my $language (@languages) {
		my ($status) = reader($language, 'secret', 'app', $wrong);
		is($status, 1, "$language, $name");
	}
}

my $good = sign(($now) x 3);
$mc->set('app:' . Test::Session::Token::store_key($id), '{"good":"yes"}');

for my $language (@languages) {
	my (undef, $out) = reader($language, 'secret', 'app', $good);
	like($out, qr/"good": ?"yes"/, "$language, of now");
}

done_testing();

###############################################################################

# a cookie of the id above, with three times of its own

sub sign {
	my ($created, $issued, $signed) = @_;

	return $token->sign(id => $id, created => $created, issued => $issued,
		signed => $signed);
}

# (status, what it printed)

sub reader {
	return $readers->run(@_);
}

###############################################################################
