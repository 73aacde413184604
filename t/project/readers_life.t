#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Tests for docs/readers: sessions with a subject, ended ones, and ids that
# were regenerated, as docs/wire-format.md says and nginx makes them.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Readers;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% subject user; regenerate_grace 5m; }

session_manager few {
    %%MANAGER_sid%%
    subject           user;
    max_sessions      2;
    regenerate_grace  5m;
}

server { listen 127.0.0.1:%%PORT_0%%; session app; include actions.conf; }
server { listen 127.0.0.1:%%PORT_1%%; session few; include actions.conf; }
EOF

$t->write_file('actions.conf', <<'EOF');
location = /login   { session_set user $arg_u; return 204; }
location = /begin   { session_set a 1; return 204; }
location = /nobody  { session_unset user; return 204; }
location = /new     { session_regenerate; return 204; }
location = /nginx   { session_set nginx yes; return 204; }
location = /logout  { session_destroy; return 204; }
location = /end     { session_revoke_all; return 204; }
location = /read    { add_header X-Session $session_status; empty_gif; }
EOF

$t->run();

my $readers = Test::Session::Readers->new($t, $mc);
my $few = $readers->with(MAX_SESSIONS => 2);
my ($manager, $port) = ('app', port(0));

###############################################################################

# of somebody

my $begun = cookie('/begin');
my $ada = cookie('/login?u=ada', $begun);

all_read($readers, $ada, qr/"user": ?"ada"/, 'a session of somebody');
all_refuse($readers, $begun, "another subject's", 'the cookie of before');

my ($key) = $mc->live();

for my $language ($readers->languages()) {
	my (undef, $out) = $readers->run($language, 'secret', 'app', $ada,
		$language, 'was here');
	like($out, qr/"$language": ?"was here"/, "$language writes into it");
	is($mc->mg($key)->{flags}{f}, 0x80000000, "$language, flags stay");
}

like($mc->get($key), qr/"py".*"php".*"js"/, 'what all of them wrote');
is(status_of($ada), 'HIT', 'is good for nginx');
is(status_of($begun), 'HIT', 'for which the old id answers, too');
all_read($readers, $begun, qr/^\{"a": ?"1"\}$/, 'with what it knew');

all_read($readers, cookie('/nobody', cookie('/login?u=bob')), qr/^\{\}$/,
	"nobody's again");

# regenerated

my $new = cookie('/new', $ada);
http_get('/nginx', cookie => "sid=$new");

all_read($readers, $new, qr/"nginx": ?"yes"/, 'a new id');
all_read($readers, $ada, qr/^(?!.*nginx).*"user": ?"ada"/,
	'the old id answers with what it knew');

my $newer = cookie('/new', $new);

for my $language ($readers->languages()) {
	my ($status) = $readers->run($language, 'secret', 'app', $ada,
		$language, 'two ids on');
	is($status, 0, "$language writes under an old id");
}

all_read($readers, $newer, qr/"py": ?"two.*"php": ?"two.*"js": ?"two/,
	'changes are in the session that goes on');
is(status_of($newer), 'HIT', 'which is good for nginx');
is(scalar(grep { !/~/ && $mc->get($_) =~ /^moved / } $mc->keys()), 4,
	'nothing was written where it has moved from');

my $ended = cookie('/login?u=bob');
http_get('/logout', cookie => 'sid=' . cookie('/new', $ended));
is(status_of($ended), 'EXPIRED', 'ends with the new one for nginx');
all_refuse($readers, $ended, 'no such session', 'an old id after the logout');

$mc->set($key, $mc->get($key) =~ s/^moved \d+/moved 1795000000/r);
is(status_of($ada), 'EXPIRED', 'its time is over for nginx');
all_refuse($readers, $ada, 'no such session', 'an old id that is dead');

# revoked

my @eve = map { cookie('/login?u=eve') } 1 .. 2;
all_read($readers, $eve[1], qr/"eve"/, 'one of two');
http_get('/end', cookie => "sid=$eve[0]");
all_refuse($readers, $eve[1], 'revoked', 'ended with the other');
all_refuse($readers, $eve[0], 'no such session', 'the other');
all_read($readers, $newer, qr/"ada"/, "somebody else's");
all_read($readers, cookie('/login?u=eve'), qr/"eve"/, 'the next login');

my $lost = cookie('/login?u=lost');
my ($subject) = sort { $mc->get($b) cmp $mc->get($a) } grep { /~/ } $mc->keys();
$mc->delete($subject);
is(status_of($lost), 'ERROR', 'without a record nginx does not know');
all_refuse($readers, $lost, 'nobody knows', 'neither do they');
$mc->set($subject, "epoch 17\ndamaged");
all_refuse($readers, $lost, 'nobody knows', 'nor of a damaged one');

# counted

($manager, $port) = ('few', port(1));
my @few = map { cookie('/login?u=ada') } 1 .. 3;
all_refuse($few, $few[0], 'ended by a newer one', 'the oldest of three');
all_read($few, $_, qr/"ada"/, 'a newer one') for @few[1, 2];

$few[3] = cookie('/new', $few[2]);
all_read($few, $_, qr/"ada"/, 'each id of it') for @few[2, 3];
is(status_of($few[2]), 'HIT', 'as for nginx');

http_get('/logout', port => $port, cookie => "sid=$few[3]");
all_refuse($few, $few[3], 'no such session', 'after the logout');
all_refuse($few, $few[2], 'no such session', 'its old id');

done_testing();

###############################################################################

sub cookie {
	my ($uri, $cookie) = @_;
	return http_get($uri, port => $port,
		cookie => defined $cookie ? "sid=$cookie" : undef)->cookie('sid');
}

sub status_of {
	return http_get('/read', port => $port, cookie => "sid=$_[0]")
		->header('X-Session');
}

sub all_read {
	my ($programs, $cookie, $expected, $name) = @_;

	for my $language ($programs->languages()) {
		my (undef, $out) = $programs->run($language, 'secret', $manager,
			$cookie);
		like($out, $expected, "$language, $name");
	}
}

sub all_refuse {
	my ($programs, $cookie, $reason, $name) = @_;

	for my $language ($programs->languages()) {
		my ($status, $out, $said) = $programs->run($language, 'secret',
			$manager, $cookie, 'late', 'change');
		is($status, 1, "$language refuses, $name");
		is($out, '', "$language prints nothing, $name");
		like($said, qr/\Q$reason\E/, "$language says why, $name");
	}
}

###############################################################################
