#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/php.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;
use Test::Session::Site;

###############################################################################

my $page = Test::Session::Guide->new('php');
my $t = $page->t();
my $socket = $t->testdir() . '/run/php/php-fpm.sock';
my ($fpm) = glob '/usr/sbin/php-fpm*.*';

$t->write_file('srv/www/index.php', $page->blocks('php'));
$t->write_file('run/php/pool.conf', <<"EOF");
[global]
error_log = ${\ $t->testdir()}/fpm.log

[www]
listen = $socket
pm = static
pm.max_children = 2
user = root
group = root
EOF

my $main = $$;
my $pid = $t->run_daemon("unix:$socket", sub {
	open STDOUT, '>', $t->testdir() . '/fpm.out';
	open STDERR, '>&', \*STDOUT;
	exec $fpm, qw/ --nodaemonize --allow-to-run-as-root --fpm-config /,
		$t->testdir() . '/run/php/pool.conf' or die "no php-fpm: $!\n";
});
$page->run();

site_works($page);

# a client's own headers

my $eve = $page->browser();
unlike($eve->get('/', '-H', 'X-Session-User: eve')->body(), qr/eve/,
	'a name that a client sends');
unlike($eve->get('/login', '-H', 'X-CSRF-Token: evil')->body(), qr/evil/,
	'and a token');

end_fpm();
done_testing();

###############################################################################

# it has processes below it, which it ends itself

sub end_fpm {
	local $?;
	my $fpm = $pid;

	$pid = 0;
	kill 'TERM', $fpm and waitpid $fpm, 0 if $fpm && $$ == $main;
}

END { end_fpm() }

###############################################################################
