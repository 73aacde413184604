#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Headers that session_header gives, and that another directive of the location
# replaces: nginx -t refuses what cannot be meant, and warns of what is
# inherited.

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
$t->secret('assertion', 'a secret of its own, of 32 bytes or more');

check_with($t, \&lines);

my $user = 'session_header X-Session-User user;';
my $assertion = 'session_assertion X-Who;';

# what stands in the location, and which directive replaces what

for (
	[ "$user proxy_set_header X-Session-User \$remote_user;",
		'"proxy_set_header" replaces the "X-Session-User" that "session_header"' ],
	[ 'proxy_set_header x-session_user ""; session_headers X-Session- user;',
		'"proxy_set_header" replaces the "x-session_user" that "session_headers"' ],
	[ "grpc_set_header X-Session-User a; $user",
		'"grpc_set_header" replaces the "X-Session-User" that "session_header"' ],
	[ "$assertion proxy_set_header X-Who a;",
		'"proxy_set_header" replaces the "X-Who" that "session_assertion"' ],
	map { [ "$user $_ HTTP_X_SESSION_USER a;",
		"\"$_\" replaces the \"HTTP_X_SESSION_USER\" that \"session_header\"" ]
	} qw/ fastcgi_param scgi_param uwsgi_param /,
) {
	my ($location, $said) = @$_;

	refused($location, qr/\Q$said\E gives: one of them, or another name is/,
		$location);
}

# one of the two in the server

refused('above', qr/"proxy_set_header" replaces/,
	$user, 'proxy_set_header X-Session-User "";');
refused('both', qr/"proxy_set_header" replaces/,
	'', "$user proxy_set_header X-Session-User a;");

is(warnings('proxy_set_header X-Session-User "";', $user), '',
	'a location may remove the header of the server');
is(warnings('session off; proxy_set_header X-Session-User a;', $user), '',
	'or have no session');
is(warnings('session_header X-Other user; proxy_set_header X-Session-User a;',
	$user), '', 'or give others');
is(warnings('proxy_set_header X-Session-Users a; fastcgi_param X_SESSION_USER a;',
	$user), '', 'other names are of no interest');
like(warnings('proxy_set_header X-Session-User a;', $user),
	qr/ "proxy_set_header" replaces the "X-Session-User" that "session_header"/,
	'another value is warned of');

done_testing();

###############################################################################

sub warnings {
	my ($ok, $said) = $t->check_http(lines(@_));

	ok($ok, "good: $_[0]") or diag($said);

	return join '', grep { /\[warn\]/ } split /^/, $said;
}

sub lines {
	my ($location, $server) = @_;

	$server //= '';

	return <<"EOF";
session_manager app {
    secret_file            %%TESTDIR%%/secret;
    memcached              127.0.0.1;
    assertion_secret_file  %%TESTDIR%%/assertion;
    cookie                 sid secure=off;
}
server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;
    $server
    location / {
        $location
    }
}
EOF
}

###############################################################################
