#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Tests for docs/readers: applications that read and write the session of
# nginx in memcached, as docs/wire-format.md says.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use POSIX qw//;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Readers;
use Test::Session::Token;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('secret', join('', 'a' .. 'z', 0 .. 9) . "\n");
$t->secret('binary', join '', map { chr } reverse 0 .. 63, 10);

$t->write_conf(<<'EOF_CONF');
session_manager app { %%MANAGER_sid%% }

session_manager other {
    secret_file  %%TESTDIR%%/binary;
    memcached    127.0.0.1:%%MC_0%%;
    cookie       other secure=off;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location / {
        session  app phase=rewrite;
        return   200 "$session_user $session_py $session_php $session_js";
    }

    location /login {
        session      app phase=rewrite;
        session_set  user "Zoë / \"b\"";
        return       200;
    }

    location /nginx {
        session      app phase=rewrite;
        session_set  nginx yes;
        return       200;
    }

    location /logout {
        session      app phase=rewrite;
        session_destroy;
        return       200;
    }

    location /other {
        session      other phase=rewrite;
        session_set  user Ada;
        return       200;
    }
}
EOF_CONF

$t->run();

###############################################################################

my $readers = Test::Session::Readers->new($t, $mc);
my @languages = $readers->languages();

my $cookie = http_get('/login')->cookie('sid');
my $token = Test::Session::Token->new(secret => join '', 'a' .. 'z', 0 .. 9);
my $key = 'app:'
	. Test::Session::Token::store_key($token->verify($cookie)->{id});

# the record is where the page says, and as it says

my $record = $mc->mg($key);
is($record->{value}, '{"user":"Zoë / \"b\""}', 'record');
is($record->{flags}{f}, 0, 'record, client flags');
cmp_ok($record->{flags}{t}, '<=', 1800, 'record, life');
cmp_ok($record->{flags}{t}, '>', 0, 'record, life');

for my $language (@languages) {
	my ($status, $out) = reader($language, 'secret', 'app', $cookie);
	is($status, 0, "$language, reads");
	like($out, qr!^\{"user": ?"Zoë / \\"b\\""!, "$language, what nginx wrote");

	($status, $out) = reader($language, 'secret', 'app', $cookie,
		$language, "từ $language");
	is($status, 0, "$language, writes");
	like($out, qr/"\Q$language\E": ?"từ $language"\}$/, "$language, reads it");
	like(http_get('/', cookie => "sid=$cookie")->body(), qr/từ $language/,
		"nginx reads what $language wrote");

	$record = $mc->mg($key);
	is($record->{flags}{f}, 0, "$language, client flags");
	cmp_ok($record->{flags}{t}, '<=', 1800, "$language, life");
	cmp_ok($record->{flags}{t}, '>', 0, "$language, life");
}

is(http_get('/', cookie => "sid=$cookie")->body(),
	'Zoë / "b" từ py từ php từ js', 'all of it');

# nothing is lost when they and nginx write at the same time

my @pids;

for my $n (1 .. 4) {
	for my $language (@languages) {
		push @pids, fork() // die "fork() failed: $!\n";
		next if $pids[-1];
		my ($status) = reader($language, 'secret', 'app', $cookie,
			"$language$n", $n);
		POSIX::_exit($status);
	}
}

is(http_get('/nginx', cookie => "sid=$cookie")->status(), 200, 'nginx too');

my $failed = grep { waitpid($_, 0); $? } @pids;
is($failed, 0, 'all have written');

my ($status, $all) = reader('py', 'secret', 'app', $cookie);

for my $language (@languages) {
	like($all, qr/"$language$_": "$_"/, "$language$_ is there") for 1 .. 4;
}

like($all, qr/"nginx": "yes"/, 'what nginx wrote is there');

# a secret that is no text, another manager

my $other = http_get('/other')->cookie('other');

for my $language (@languages) {
	my ($status, $out) = reader($language, 'binary', 'other', $other);
	is($status, 0, "$language, binary secret");
	like($out, qr/"user": ?"Ada"/, "$language, another manager");
}

# a destroyed session stays destroyed

is(http_get('/logout', cookie => "sid=$cookie")->status(), 200, 'logout');

for my $language (@languages) {
	my ($status) = reader($language, 'secret', 'app', $cookie,
		$language, 'late');
	is($status, 1, "$language, does not write after the logout");
	is($mc->mg($key)->{code}, 'EN', "$language, does not bring it back");
}

done_testing();

###############################################################################

# (status, what it printed)

sub reader {
	return $readers->run(@_);
}

###############################################################################
