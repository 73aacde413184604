#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Forged, foreign and old cookies are told without asking memcached; keys are
# rotated by a second secret_file.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Token;

###############################################################################

use constant ID => 'i' x 32;
use constant HOUR => 3600;

my %secret = map { $_ => "the $_ secret" . '.' x 32 } qw/ new old foreign /;

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret($_, $secret{$_}) for qw/ new old /;

$t->write_conf(<<'CONF');
session_manager app {
    secret_file       %%TESTDIR%%/new;
    secret_file       %%TESTDIR%%/old;
    memcached         127.0.0.1:%%MC_0%%;
    idle_timeout      1h;
    absolute_timeout  12h;
    cookie            sid secure=off;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location / {
        session  app phase=rewrite;
        return   200 $session_status;
    }

    location = /set {
        session      app phase=rewrite;
        session_set  n $arg_n;
        return       200 $session_status;
    }
}
CONF

$t->run();

###############################################################################

my $new = token();
my $old = token(secret => $secret{old});
my $now = time();

$mc->set('app:' . Test::Session::Token::store_key(ID), '{"user":"Ada"}');

my $good = sign($new);
is(http_get('/', cookie => "sid=$good")->body, 'HIT', 'a good cookie');

# changes of a good value's text; its letters carry no bits in vain

my %text = (
	'a letter too few' => substr($good, 1),
	'the last letter missing' => substr($good, 0, -1),
	'a letter too many' => $good . 'A',
	'a group of letters too many' => $good . 'AAAA',
	'padded' => $good . '=',
	'a letter of plain base64' => replaced($good, 50, '+'),
	'a letter of no base64' => replaced($good, 50, '.'),
	'a byte above ASCII' => replaced($good, 50, "\xe9"),
	'a percent sign' => replaced($good, 50, '%'),
	'twice' => $good . $good,
	'very long' => 'A' x 4000,
	'all zero bits' => 'A' x length $good,
);

for my $pos (0, 1, 6, 13, 20, 40, 69, 70, length($good) - 1) {
	$text{"letter $pos changed"} = replaced($good, $pos,
		substr($good, $pos, 1) eq 'Q' ? 'R' : 'Q');
}

my %forged = (
	'of another manager' => sign(token(name => 'other')),
	'of a name that begins the same' => sign(token(name => 'ap')),
	'of another purpose' => sign(token(purpose => 'csrf token')),
	'of an unknown secret' => sign(token(secret => $secret{foreign})),
	'of an unknown secret that claims a known one' => sign(
		token(secret => $secret{foreign}), key_id => $new->key_id()),
	'of one secret that claims the other' => sign($new,
		key_id => $old->key_id()),
	'of another version' => sign($new, version => 2),
	'of version 0' => sign($new, version => 0),
	'created in the future' => sign($new, created => $now + HOUR),
	'issued in the future' => sign($new, issued => $now + HOUR),
	'signed in the future' => sign($new, signed => $now + HOUR),
	'issued before it was created' => sign($new, issued => $now - HOUR),
	'signed before it was issued' => sign($new, signed => $now - HOUR),
	%text,
);

my $commands = commands();

is(status($forged{$_}), 'FORGED', "forged: $_") for sort keys %forged;

for my $life (12 * HOUR, 13 * HOUR, $now) {
	is(status(aged($new, $life)), 'EXPIRED', "expired: created $life s ago");
}

is(status(aged($old, 13 * HOUR)), 'EXPIRED', 'expired: of the old secret');

is(commands(), $commands, 'memcached was asked for none of them');

is(status(aged($new, 11 * HOUR)), 'HIT', 'an old one, not yet expired');
isnt(commands(), $commands, 'memcached was asked for this one');

# keys are rotated

my $r = http_get('/', cookie => 'sid=' . sign($old));
is($r->body, 'HIT', 'the old secret verifies');
is($r->cookie('sid'), undef, 'a young cookie of it is left');

$r = http_get('/', cookie => 'sid=' . sign($old, created => $now - HOUR,
	issued => $now - HOUR, signed => $now - 300));
is($r->cookie('sid'), undef, 'also just before a tenth of idle_timeout');

$r = http_get('/', cookie => 'sid=' . sign($old, created => $now - 2 * HOUR,
	issued => $now - HOUR, signed => $now - 361));
my $parts = $new->verify($r->cookie('sid') // '');
ok($parts, 'it is signed by the new one after a tenth of idle_timeout');
is($parts->{id}, ID, 'the id is the same');
is($parts->{created}, $now - 2 * HOUR, 'the begin is the same');
is($parts->{issued}, $now - HOUR, 'the time of the id is the same');
cmp_ok($parts->{signed}, '>=', $now, 'it is signed now');

$r = http_get('/', cookie => 'sid=' . aged($new, 2 * HOUR));
is($r->body, 'HIT', 'an older cookie of the new secret');
is($r->cookie('sid'), undef, 'is left as it is');

$r = http_get('/set?n=1', cookie => 'sid=' . sign($old));
ok($new->verify($r->cookie('sid') // ''), 'a save signs by the new secret');

$r = http_get('/set?n=2', cookie => "sid=$good");
is($r->cookie('sid'), undef, 'a save leaves a cookie of the new secret');

is($t->log_count(qr/\Q$good\E/), 0, 'no cookie is in the log');
cmp_ok($t->log_count(qr/\[error\].*cookie of "app" was refused: /), '>=', 1,
	'the log tells that some were refused');

$t->stop();
done_testing();

###############################################################################

sub token { return Test::Session::Token->new(secret => $secret{new}, @_) }
sub sign { return shift->sign(id => ID, @_) }
sub status { return http_get('/', cookie => "sid=$_[0]")->body }

sub aged {
	my ($token, $age) = @_;

	return sign($token, map { $_ => $now - $age } qw/ created issued signed /);
}

sub replaced {
	my ($text, $pos, $with) = @_;

	substr($text, $pos, 1) = $with;
	return $text;
}

sub commands {
	my $stats = $mc->stats();

	return join ' ', map { "$_=$stats->{$_}" } sort grep { /^cmd_|^get_/ }
		keys %$stats;
}

###############################################################################
