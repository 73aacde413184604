#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The examples of docs/directives.md that end sessions by a POST alone: another
# method is answered with 405 and ends nothing.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Page qw/ blocks /;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

my %examples = map { $_->{heading} => $_->{text} }
	blocks('docs/directives.md', 'nginx');
my ($map) = $examples{session_destroy} =~ /^(map .*?)\s*(?:#.*)?$/m;
my ($here, $all) = map { $examples{$_} =~ /^ *(location = .*?^ *\}$)/ms }
	qw/ session_destroy session_revoke_all /;
my ($bare) = map { s!/logout!/bare!r =~ s/\bif=\$is_post//r } $here;

$t->secret('secret');
$t->write_conf(<<CONF);
$map

session_manager app {
    %%MANAGER_sid%%
    subject  user;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location = /login {
        session             app;
        session_regenerate  login;
        session_set         user ada;
        return              204;
    }

    location = /read {
        session  app phase=rewrite;
        return   200 \$session_user;
    }

    $here
    $all
    $bare
}
CONF

$t->run();

for my $path ('/logout', '/logout-everywhere') {
	my $cookie = 'sid=' . http_get('/login')->cookie('sid');

	for my $case (
		[ 'a GET' ],
		[ 'a HEAD', method => 'HEAD' ],
		[ 'a GET that fetches before a click', header => 'Sec-Purpose: prefetch' ],
		[ 'a DELETE', method => 'DELETE' ],
	) {
		my ($what, %request) = @$case;
		my $r = http_get($path, cookie => $cookie, %request);

		is($r->status(), 405, "$path: $what");
		is($r->header('Allow'), 'POST', 'says what is allowed');
		is($r->header('Set-Cookie'), undef, 'and leaves the cookie');
		is(http_get('/read', cookie => $cookie)->body(), 'ada', 'and the session');
	}

	my $r = http_get($path, cookie => $cookie, method => 'POST');

	is($r->status(), 303, "$path: a POST");
	is($r->header('Allow'), undef, 'has nothing to add');
	is($r->cookie('sid'), '', 'clears the cookie');
	is(http_get('/read', cookie => $cookie)->body(), '', 'and ends the session');
}

# why "if=" stands beside the line that answers 405

my $cookie = 'sid=' . http_get('/login')->cookie('sid');

is(http_get('/bare', cookie => $cookie)->status(), 405, 'without "if=" a GET');
is(http_get('/read', cookie => $cookie)->body(), '', 'ends it all the same');

done_testing();

###############################################################################
