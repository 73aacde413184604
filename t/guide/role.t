#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/role.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;

###############################################################################

my $page = Test::Session::Guide->new('role');

$page->application();
$page->run();

my %may = (
	nobody => { '/' => 200, '/account/' => 401, '/admin/' => 401,
		'/admin/users/' => 401, '/account/password' => 401 },
	reader => { '/' => 200, '/account/' => 200, '/admin/' => 403,
		'/admin/users/' => 403, '/account/password' => 200 },
	editor => { '/' => 200, '/account/' => 200, '/admin/' => 200,
		'/admin/users/' => 403, '/account/password' => 200 },
	admin => { '/' => 200, '/account/' => 200, '/admin/' => 200,
		'/admin/users/' => 200, '/account/password' => 200 },
);

for my $role (sort keys %may) {
	my $browser = $page->browser();
	$browser->login('ada', role => $role) if $role ne 'nobody';

	for my $path (sort keys %{$may{$role}}) {
		is($browser->get($path)->status(), $may{$role}{$path},
			"$role, $path");
	}
}

my $why = 'was refused with 403 by "session_require": "$session_role" has another';

ok($page->t()->wait_for_log(qr/\[error\] .*"app" \Q$why\E value/),
	'the log says why');

my $ada = $page->browser();
$ada->login('ada', role => 'admin');

my $r = $ada->get('/admin/users/');
like($r->body(), qr/^X-Session-User: ada\r$/m, 'the application knows who');
like($r->body(), qr/^X-Session-Role: admin\r$/m, 'and the role');

# a login that is not fresh

my $conf = $page->blocks('nginx') =~ s/session_fresh +\K15m/1s/r;
my $short = Test::Session::Guide->new('role', name => 'short')->run($conf);

$ada = $page->browser()->moved($short->browser());
$ada->login('ada');

is(wait_until { my $status = $ada->get('/account/password')->status();
	$status != 200 && $status }, 401, 'a login that is too old');
is($ada->get('/account/')->status(), 200, 'does for other pages');

# what can go wrong

$page->memcached()->kill_now();
is($ada->get('/account/')->status(), 503, 'memcached is down, guarded');
is($ada->get('/')->status(), 200, 'and not guarded');

done_testing();

###############################################################################
