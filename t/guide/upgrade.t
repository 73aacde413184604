#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/upgrade.md

###############################################################################

use warnings;
use strict;

use FindBin;
use POSIX qw//;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Demo;
use Test::Session::Guide;

###############################################################################

my $page = Test::Session::Guide->new('upgrade', plain => 1);
my $t = $page->t();

$page->application();
$page->echo();

my $conf = $page->quick();

$page->run($conf);

my $ada = $page->browser();
$ada->login('ada');

# a reload: the old workers, too, close a WebSocket when its session is over

my $socket = $page->socket($ada);
is($socket->echo('hello'), 'hello', 'a WebSocket');
ok($t->reload() && $t->old_workers_told(), 'a reload');
is($ada->get('/account/')->status(), 200, 'the session goes on');
is($socket->echo('still'), 'still', 'and the WebSocket does');

$ada->login('bob');
ok($socket->is_closed(), 'until its session is over');
ok($t->old_workers_gone(), 'then the old workers are gone');

# the shutdown's limit

$page->write($conf =~ s/worker_shutdown_timeout +\K10m/1s/r);
$t->reload();
$t->old_workers_gone();
$socket = $page->socket($ada);
is($socket->echo('hello'), 'hello', 'a WebSocket');
ok($t->reload(), 'a reload');
ok($socket->is_closed(), 'it is closed when the time is over');
ok($t->old_workers_gone(), 'and the old workers are gone');

$socket = $page->socket($ada);
is($socket->echo('again'), 'again', 'it is opened again');
$socket->close();

# another binary, beside the old one; nginx must have lost its parent, as a
# daemon has

$t->stop();
unlink $t->testdir() . '/nginx.pid';

my $parent = fork() // die "fork() failed: $!\n";

if ($parent == 0) {
	$t->exec_nginx('stderr', '-e', $t->testdir() . '/error.log',
		'-c', $t->testdir() . '/nginx.conf');
	pid_in('nginx.pid');
	POSIX::_exit(0);
}

waitpid $parent, 0;

my $old = pid_in('nginx.pid');

my ($change) = grep { /-USR2/ } $page->blocks('sh');
my $dir = $t->testdir();

$change = $change =~ s/\bsudo //gr =~ s!/run/nginx!$dir/nginx!gr;

is(system('sh', '-ec', $change), 0, 'the binary is changed, by all lines at once');

my $new = pid_in('nginx.pid');

isnt($new, $old, 'a new nginx has begun');
ok(wait_until { !Test::Session::Demo::is_running($old) }, 'the old one ends');
is($ada->get('/account/')->status(), 200, 'the session goes on after it');

kill 'QUIT', $new;
ok(wait_until { !Test::Session::Demo::is_running($new) }, 'the new one ends');
unlink $t->testdir() . '/nginx.pid';

# a restart

$t->run();
is($ada->get('/account/')->status(), 200, 'and after a restart');

done_testing();

###############################################################################

sub pid_in {
	my ($file) = @_;

	return wait_until { ($t->read_file($file) || 0) + 0 };
}

###############################################################################
