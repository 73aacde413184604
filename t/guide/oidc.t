#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/oidc.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;

###############################################################################

my $page = Test::Session::Guide->new('oidc');
my $t = $page->t();
my $lines = $page->blocks('http');

$page->application('127.0.0.1:8000', sub {
	my ($head) = @_;
	my ($user) = $head =~ /^X-OIDC-User: (\w+)\r$/mi;

	return if $head !~ m!^GET /login !;
	return $user ? $lines =~ s/user=ada/user=$user/r
		: "HTTP/1.1 500 X\n\nnot for everybody\n";
});

# oauth2-proxy, whose provider is done with at once; it keeps what it was asked

$page->application('127.0.0.1:4180', sub {
	my ($head) = @_;
	return if $head !~ m!^GET /oauth2/!;

	my ($known) = $head =~ /^Cookie:.*\b_oauth2_proxy=(ada)/mi;

	open my $log, '>>', $t->testdir() . '/asked' or die "asked: $!\n";
	print $log $head =~ /^(\S+ \S+)/, "\n",
		map { "$_\n" } $head =~ /^(X-Forwarded-\S+ .*)\r$/mgi;
	close $log;

	return !$known ? "HTTP/1.1 401 Unauthorized\n"
		: "HTTP/1.1 202 Accepted\nX-Auth-Request-User: $known\n"
		if $head =~ m!^GET /oauth2/auth !;

	my ($what, $to) = $head =~ m!^GET /oauth2/(start|sign_out)\?rd=(\S+) !;
	my $name = $what eq 'start' ? 'ada' : 'nobody';

	return "HTTP/1.1 302 Found\nLocation: $to\n"
		. "Set-Cookie: _oauth2_proxy=$name; Path=/; Secure; HttpOnly\n";
});

$page->run();

my $ada = $page->browser();

is($ada->get('/account/')->status(), 302, 'a guarded page');

my $r = $ada->get('/login');
is($r->header('Location'), 'https://example.com/oauth2/start?rd=/login',
	'the login leads to the provider');

$r = $ada->follow($r);
is($r->status(), 200, 'and back');
like($r->body(), qr!^GET /account/ .*^X-Session-User: ada\r$!ms, 'logged in');

my $asked = $t->read_file('asked');
$ada->get('/account/') for 1 .. 3;
is($t->read_file('asked'), $asked, 'the proxy is asked at the login only');
is($ada->get('/oauth2/auth')->status(), 404, 'and not by a browser');

# what a client sends itself

my $eve = $page->browser();
unlike($eve->get('/', '-H', 'X-OIDC-User: ada')->body(), qr/^X-OIDC-User/mi,
	"a client's own header is removed");
is($eve->get('/login', '-H', 'X-OIDC-User: ada')->header('Location'),
	'https://example.com/oauth2/start?rd=/login', 'and logs nobody in');

$eve->get($_, map { ('-H', "X-Forwarded-$_: evil") } qw/ Proto Host Uri For /)
	for '/login', '/oauth2/start?rd=/login';
like($t->read_file('asked'), qr!^X-Forwarded-Host: example.com$!m, 'the host');
unlike($t->read_file('asked') =~ s/^X-Forwarded-For: .*//mgr, qr/evil/,
	'and what else the proxy believes is told by nginx alone');

# the logout

$r = $ada->post('/logout');
is($r->header('Location'), 'https://example.com/oauth2/sign_out?rd=/',
	'the logout leads to that of the proxy');
$ada->follow($r);
is($ada->get('/account/')->status(), 302, 'logged out');
is($ada->get('/login')->header('Location'),
	'https://example.com/oauth2/start?rd=/login', 'the provider is asked');

# an application that knows nothing of lines

my $conf = $page->blocks('nginx');
my $other = Test::Session::Guide->new('oidc', name => 'without lines');

$conf =~ s/session_accept .*/session_regenerate login; session_set user \$oidc_user;/;
$conf =~ s!/login \{.*?\bproxy_pass +\Khttp://127.0.0.1:8000!http://127.0.0.1:8001!s;
$conf = $other->conf($conf);
like($other->warnings($conf), qr/"\$oidc_user" in "session_set" may hold/,
	'nginx -t warns');
$other->t()->write_file('nginx.conf', $conf);
$other->t()->run();
$page->application('127.0.0.1:8001');

$ada = $other->browser();
is($ada->follow($ada->get('/login'))->status(), 200, 'its page at /login');
like($ada->get('/account/')->body(), qr/^X-Session-User: ada\r$/m, 'logged in');

done_testing();

###############################################################################
