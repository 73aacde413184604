#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Tests for the demo ("make demo"): its processes, ports, users and files.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Demo;

###############################################################################

my $t = Test::Session->new();
my ($demo, $status, $left);

# two in a row, while others hold the usual ports; the secret stays

my @secrets;

for my $signal (qw/ INT TERM /) {
	$demo = Test::Session::Demo->start($t);
	ok($demo->ready(), "ready, to be ended by SIG$signal")
		or diag($demo->output());

	isnt(($demo->server('nginx'))[0], 8080, 'port of nginx is free');
	isnt(($demo->server('memcached'))[0], 11211,
		'port of memcached is free');
	like($demo->output(), qr/8080 is taken/, 'told');
	is(curl($demo->url() . '/')->status(), 200, 'answers');

	push @secrets, $t->read_file('secret');
	is((stat("$t->{dir}/secret"))[2] & 0777, 0600, 'secret is private');

	# memcached, the application, nginx and its workers
	cmp_ok(scalar(my @pids = $demo->pids()), '>=', 5, 'processes');

	($status, $left) = $demo->stop($signal);
	is($status, 0, "ended by SIG$signal");
	is($left, '', 'nothing left running');
}

like($secrets[0], qr/^[0-9a-f]{96}\n\z/, 'secret');
is($secrets[1], $secrets[0], 'secret is kept');

# the port that was asked for

my $port = port(1);
$demo = Test::Session::Demo->start($t, env => { PORT => $port });
ok($demo->ready(), 'ready on a port asked for') or diag($demo->output());
is(($demo->server('nginx'))[0], $port, 'port asked for');

my $second = Test::Session::Demo->start($t,
	env => { PORT => $port, RUN_DIR => "$t->{dir}/second" });
ok(!$second->ready(), 'not on a port in use');
like($second->output(), qr/cannot listen on 127\.0\.0\.1:$port: /, 'told');
isnt($second->{status}, 0, 'port in use, status');

$second = Test::Session::Demo->start($t);
ok(!$second->ready(), 'not twice in one directory');
like($second->output(), qr/running already in \Q$t->{dir}\E/, 'told');

is(curl($demo->url() . '/')->status(), 200, 'first one answers still');
($status, $left) = $demo->stop('HUP');
is($status, 0, 'ended by SIGHUP');
is($left, '', 'nothing left running');

# the address that was asked for

for my $case ([ '0.0.0.0', '127.0.0.1' ], [ '127.0.0.2', '127.0.0.2' ],
	-e '/proc/net/if_inet6' ? [ '[::1]', '[::1]' ] : ())
{
	my ($host, $near) = @$case;

	$demo = Test::Session::Demo->start($t, env => { HOST => $host });
	ok($demo->ready(), "ready on $host") or diag($demo->output());
	like($demo->output(), qr/^    nginx +\Q$host\E:/m, "listens on $host");
	like($demo->url(), qr/^http:\/\/\Q$near\E:/, 'where to go');
	is(curl('-g', $demo->url() . '/')->status(), 200, 'answers there');
	($status, $left) = $demo->stop('INT');
	is($status . $left, '0', 'ended');
}

$demo = Test::Session::Demo->start($t, env => { HOST => 'here' });
ok(!$demo->ready(), 'not on a name');
like($demo->output(), qr/HOST=here, expected is an IP address/, 'told');

for my $wrong (qw/ 0 65536 http /) {
	$demo = Test::Session::Demo->start($t, env => { PORT => $wrong });
	ok(!$demo->ready(), "not on port $wrong");
	like($demo->output(), qr/PORT=$wrong, expected is/, 'told');
}

# one of the three dies: all end

for my $name (qw/ memcached application nginx /) {
	$demo = Test::Session::Demo->start($t);
	ok($demo->ready(), "ready, to be ended by $name")
		or diag($demo->output());

	my @pids = $demo->pids();
	kill 'KILL', ($demo->server($name))[1];

	is($demo->wait_end(), 1, "ended by $name");
	like($demo->output(), qr/$name ended by itself, by signal 9/, 'told');
	is(join(' ', grep { Test::Session::Demo::is_running($_) } @pids), '',
		'nothing left running');
}

# demo/run itself is killed: memcached, the application and nginx follow

$demo = Test::Session::Demo->start($t);
ok($demo->ready(), 'ready, to be killed') or diag($demo->output());
my @pids = $demo->pids();
kill 'KILL', $demo->{pid};
$demo->wait_end();
ok(wait_until { !grep { Test::Session::Demo::is_running($_) } @pids },
	'nothing left running after a kill');

# it cannot start

$demo = Test::Session::Demo->start($t,
	env => { TEST_NGINX_MODULE => "$t->{dir}/none.so" });
ok(!$demo->ready(), 'no module');
like($demo->output(), qr/none\.so is not there, "make" builds it/, 'told');

$t->write_file('broken', "#!/bin/sh\necho not today\nexit 3\n");
chmod 0755, "$t->{dir}/broken";
$demo = Test::Session::Demo->start($t,
	env => { TEST_NGINX_BINARY => "$t->{dir}/broken" });
ok(!$demo->ready(), 'nginx does not start');
like($demo->output(), qr/nginx ended by itself, with code 3\n    not today/,
	'told, and why');

# root, with a folder that nobody else may read; and an ordinary user

if ($> == 0) {
	chmod 0755, $t->{dir};

	my %copy = Test::Session::Demo::copied($t, 'private');
	chmod 0700, "$t->{dir}/private";
	login('root in a private folder', %copy);
	like($demo->output(), qr/run as root instead/, 'told');

	%copy = Test::Session::Demo::copied($t, 'open');
	mkdir "$t->{dir}/open/run";
	chown((getpwnam('nobody'))[2, 3], "$t->{dir}/open/run");
	login('ordinary user', %copy,
		become => ['setpriv', '--reuid=nobody', '--regid=nogroup',
			'--clear-groups']);
}

done_testing();

###############################################################################

sub login {
	my ($name, %extra) = @_;

	my $jar = "$t->{dir}/$name.jar";

	$demo = Test::Session::Demo->start($t, %extra);
	ok($demo->ready(), "$name, ready") or diag($demo->output());

	curl('-c', $jar, '-d', 'name=Ada', $demo->url() . '/login');
	is(curl('-b', $jar, $demo->url() . '/account/')->status(), 200,
		"$name, guarded area");

	($status, $left) = $demo->stop('INT');
	is($status, 0, "$name, ended");
	is($left, '', "$name, nothing left running");
}

###############################################################################
