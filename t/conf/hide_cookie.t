#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in session_hide_cookie fail nginx -t.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Mistakes;

###############################################################################

my $t = Test::Session->new();

$t->secret();
check_with($t, \&lines);

for my $case (
	[ 'session app;', '', qr/invalid number of arguments in "session_hide_/ ],
	[ 'session app;', 'yes', qr/"yes" in "session_hide_cookie" directive, it/ ],
	[ 'session app; session_hide_cookie off;', 'on',
		qr/"session_hide_cookie" directive is duplicate/ ],
	[ '', 'on', qr/"session_hide_cookie" in location "\/" without/ ],
	[ 'session off;', 'on', qr/"session_hide_cookie" in location "\/" without/ ],
)
{
	my ($before, $word, $reason) = @$case;

	refused("$before session_hide_cookie $word", $reason,
		"$before\nsession_hide_cookie $word;");
}

$t->stop();
done_testing();

###############################################################################

sub lines {
	my ($location) = @_;

	return 'session_manager app { %%MANAGER_sid%% }'
		. " server { listen 127.0.0.1:%%PORT_0%%; location / {\n$location } }";
}

###############################################################################
