#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# packaging/docker: its nginx.conf and its application do what they say.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Tree qw/ root text /;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('session.key');

my $globals = $t->expand('%%TEST_GLOBALS%%');
my $http = $t->expand('%%TEST_GLOBALS_HTTP%%');
my $conf = text('packaging/docker/nginx.conf');

# what is another place in a container; each has to be there

for my $pair (
	[qr/^user .*\n/m => ''],
	[qr/^pid .*\n/m => ''],
	[qr/^error_log .*\n/m => ''],
	[qr/^http \{\n/m => "http {\n$http"],
	[qr/^worker_processes .*\n/m => ''],
	[qr/^include .*modules-enabled.*\n/m => $globals],
	[qr!/var/log/nginx(?=/access\.log)! => $t->testdir()],
	[qr!/run/secrets(?=/session\.key)! => $t->testdir()],
	[qr/memcached:11211(?=;)/ => $mc->address()],
	[qr/(?<=listen   )8080(?=;)/ => '127.0.0.1:' . port(0)],
	[qr/application:8000(?=;)/ => '127.0.0.1:' . port(1)],
	[qr/application:8000(?=;)/ => '127.0.0.1:' . port(1)],
) {
	my ($from, $to) = @$pair;
	ok($conf =~ s/$from/$to/, "has $from");
}

$t->write_file('nginx.conf', $conf);
$t->run_daemon('127.0.0.1:' . port(1), sub {
	open STDERR, '>', '/dev/null';
	exec 'python3', root() . '/packaging/docker/application.py',
		split /:/, $_[0];
});
$t->run();

###############################################################################

my $url = 'http://127.0.0.1:' . port(0);
my @jar = ('-b', $t->testdir() . '/jar', '-c', $t->testdir() . '/jar');

like(curl(@jar, "$url/")->body(), qr/Log in/, 'a page to log in');
is(curl(@jar, "$url/account")->status(), 401, 'the account is guarded');

my $r = curl(@jar, '--data-urlencode', "name=Ada <&> \xc3\xa9", "$url/login");
is($r->status(), 303, 'a login');
is($r->header('X-Session-Set'), undef, 'no client sees what was kept');

like(curl(@jar, "$url/")->body(),
	qr/Hello Ada &lt;&amp;&gt; \xc3\xa9\. You were here 1 times/, 'greeted');
like(curl(@jar, "$url/")->body(), qr/here 2 times/, 'and counted');
is(curl(@jar, "$url/account")->body(),
	"The account of Ada &lt;&amp;&gt; \xc3\xa9\n", 'the account is shown');
is(curl('-H', 'X-Session-User: Eve', "$url/account")->status(), 401,
	'to nobody else');

is(curl(@jar, '-d', '', "$url/login")->status(), 400, 'no name');
is(curl(@jar, '-d', '', "$url/logout")->status(), 303, 'a logout');
is(curl(@jar, "$url/account")->status(), 401, 'the account is guarded again');

# that the parts have the names by which nginx.conf knows them

my $compose = text('packaging/docker/compose.yaml');
like($compose, qr/^  $_:$/m, "compose.yaml has: $_")
	for qw/ nginx memcached application session.key /;
like(text('packaging/docker/Dockerfile'), qr/\bmake deb$/m,
	'the image has the package');

done_testing();

###############################################################################
