#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A record that is written by somebody else each time nginx asks: saves, ends
# and new ids give up and say so; nothing is deleted or written over blindly.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

use Test::Session::Token;

my $t = Test::Session->new();
$t->secret();

# every get finds a live record, every write comes too late

$t->memcached_fake({ expect => qr/^m[gsd] /, repeat => 1,
	reply => \&too_late });
$t->write_conf(<<'CONF');
log_format  save '$uri $session_meta_save';
access_log  %%TESTDIR%%/save.log save;

session_manager app { %%MANAGER_sid%% timeout 20s; }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /set    { session_set a 2; return 204; }
    location = /move   { session_regenerate; return 204; }
    location = /login  { session_regenerate login; session_set user ada; return 204; }
    location = /logout { session_destroy; return 204; }
    location /deny/ {
        session_on_error  deny;
        location = /deny/set    { session_set a 2; return 204; }
        location = /deny/logout { session_destroy; return 204; }
    }
}
CONF

$t->run();

###############################################################################

my $cookie = 'sid=' . Test::Session::Token->new(
	secret => $t->read_file('secret'))->sign();

for my $uri (qw! /set /move /login /logout !) {
	my $before = commands();
	my $r = http_get($uri, cookie => $cookie);
	my @commands = splice @{[ commands_list() ]}, $before;

	is($r->status(), 204, "$uri is served");
	is($r->cookie('sid') || undef, undef, "$uri sends no cookie of an id");
	ok(wait_until { $t->read_file('save.log')
		=~ /^$uri too many conflicts with other writers$/m },
		"$uri says that it failed");
	is(scalar(grep { /^md / && !/ C\d/ && !new_id($_, @commands) } @commands), 0,
		"$uri deletes nothing unconditionally");
	is(scalar(grep { /^ms / && !/ C\d| ME/ && !new_id($_, @commands) }
		@commands), 0, "$uri writes over nothing unconditionally");
	cmp_ok(scalar(@commands), '<', 2000, "$uri comes to an end");
}

is(http_get("/deny$_", cookie => $cookie)->status(), 503,
	"\"deny\" answers 503 to $_") for qw! /set /logout !;

$t->stop();
done_testing();

###############################################################################

# what the request made itself, under a key that nobody knows, it may delete

sub new_id {
	my ($line, @commands) = @_;

	my ($key) = $line =~ /^\w+ (\S+)/;

	return grep { /^ms \Q$key\E .* ME/ } @commands;
}

sub commands_list { return $t->{memcached}[0]->commands() }
sub commands { return scalar(my @all = commands_list()) }

sub too_late {
	my ($line) = @_;

	my ($command) = $line =~ /^(m.)/;
	my ($opaque) = $line =~ / (O\w+)/;

	if ($command eq 'mg') {
		my %flags = (c => 'c1', f => 'f0', t => 't1000');
		my $flags = join ' ', map { $flags{$_} // () }
			$line =~ /(?<= )([cft])(?= |$)/g;

		return "VA 9 $flags $opaque\r\n{\"a\":\"1\"}\r\n";
	}

	return $line =~ / ME/ || $line !~ / C\d/ ? "HD $opaque\r\n"
		: "EX $opaque\r\n";
}

###############################################################################
