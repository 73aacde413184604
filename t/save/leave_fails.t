#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A memcached that answers reads, and takes no marker of a replaced id: a save
# that moves the session comes to an end.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Token;

###############################################################################

my $t = Test::Session->new();
$t->secret();

$t->memcached_fake({ expect => qr/^m[gs] /, repeat => 1, reply => \&no_marker });
$t->write_conf(<<'CONF');
session_manager app { %%MANAGER_sid%% }

server {
    listen            127.0.0.1:%%PORT_0%%;
    session           app;
    session_on_error  deny;

    location = /move   { session_regenerate; return 204; }
    location = /login  { session_regenerate login; session_set user ada;
                         return 204; }
}
CONF

$t->run();

###############################################################################

my $cookie = 'sid=' . Test::Session::Token->new(
	secret => $t->read_file('secret'))->sign();

for my $uri (qw! /move /login !) {
	my $before = () = $t->{memcached}[0]->commands();
	my $r = http_get($uri, cookie => $cookie);
	my @commands = $t->{memcached}[0]->commands();

	is($r->status(), 503, "$uri fails");
	is($r->cookie('sid') || undef, undef, "$uri sends no cookie");
	cmp_ok(@commands - $before, '<', 10, "$uri comes to an end");
}

$t->stop();
done_testing();

###############################################################################

sub no_marker {
	my ($line, $value) = @_;

	my ($opaque) = $line =~ / (O\d+)/;

	return "VA 9 c1 f0 t1000 $opaque\r\n{\"a\":\"1\"}\r\n" if $line =~ /^mg/;
	return "SERVER_ERROR read only\r\n" if $value =~ /^moved /;
	return "HD $opaque c2\r\n";
}

###############################################################################
