#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "distribution ... eject": while a server is down, and when it is back, nginx
# looks for a record where pylibmc and php-memcached have put it.

###############################################################################

use warnings;
use strict;

use FindBin;
use IPC::Open2;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

use constant SESSIONS => 30;

# s: longer than this test, or so short that the server is tried again

use constant NEVER => 3600;
use constant SOON => 1;

my $t = Test::Session->new();
my @mc = map { $t->memcached() } 0 .. 2;

$t->secret('secret');

my @settings = (
	[ 'default', 'consistent', '1,1,1' ],
	[ 'md5', 'consistent', '1,1,1' ],
	[ 'md5', 'ketama', '1,1,1' ],
	[ 'default', 'ketama_weighted', '1,1,1' ],
	[ 'md5', 'ketama_weighted', '1,2,3' ],
);

my ($managers, $locations) = ('', '');

for my $n (0 .. $#settings) {
	my ($hash, $distribution, $weights) = @{$settings[$n]};
	my @weights = split /,/, $weights;

	$managers .= "session_manager m$n { secret_file %%TESTDIR%%/secret;"
		. " cookie sid secure=off; hash $hash;"
		. " distribution $distribution eject;"
		. join('', map { " memcached 127.0.0.1:%%MC_$_%%"
			. " weight=$weights[$_];" } 0 .. 2) . "}\n";

	$locations .= <<EOF;
        location = /new$n { session m$n; session_set user Eve; return 204; }
        location = /read$n { session m$n phase=rewrite;
                             return 200 "\$session_status \$session_user"; }
EOF
}

$t->write_conf(<<"EOF");

$managers

server {
    listen  127.0.0.1:%%PORT_0%%;
$locations
}
EOF

$t->run();

###############################################################################

my @jars = map { my $n = $_; [ map { my $jar = cookie_jar();
	http_get("/new$n", jar => $jar); $jar } 1 .. SESSIONS ] } 0 .. $#settings;

my %all = map { $_ => 1 } map { $_->keys() } @mc;
my @keys = map { my $n = $_; [ grep { /^m$n:/ } keys %all ] } 0 .. $#settings;

is(scalar keys %all, SESSIONS * @settings, 'sessions of all managers');

my (@dead, @back);

for my $program ([ '/usr/bin/python3', "$FindBin::Bin/../tools/eject.py" ],
	[ 'php', "$FindBin::Bin/../tools/eject.php" ])
{
	push @dead, [ map { application($program, $_, NEVER) } 0 .. $#settings ];
	push @back, [ map { application($program, $_, SOON) } 0 .. $#settings ];
}

each_application('all are up', @dead, @back);

kill_one();

each_application('one is down', @dead);

$mc[1]->restart();

wait_until {
	http_get("/read$_", jar => $jars[$_][0]) for 0 .. $#settings;
	$t->log_count(qr/ is up again/) == @settings;
} or die "nginx does not know that it is up\n";

each_application('it is back', @back);

$t->stop();
done_testing();

###############################################################################

# what they put, and nothing else, is found

sub each_application {
	my ($when, @programs) = @_;

	for my $program (@programs) {
		for my $n (0 .. $#settings) {
			my ($hash, $distribution, $weights) = @{$settings[$n]};

			wait_until {
				eval { $_->flush() } for @mc;
				$program->[$n]->(@{$keys[$n]});
				$when eq 'one is down' || @{[ $mc[1]->keys() ]};
			} or die "$when: the server is not used\n";

			is(scalar(grep { http_get("/read$n", jar => $_)->body()
				eq 'HIT Ada' } @{$jars[$n]}), SESSIONS,
				"$when: $hash, $distribution $weights");
		}
	}
}

# a client that sets keys

sub application {
	my ($program, $n, $dead_timeout) = @_;

	my ($hash, $distribution, $weights) = @{$settings[$n]};

	my $pid = open2(my $out, my $in, @$program, $hash, $distribution,
		join(',', map { $_->port() } @mc), $weights, $dead_timeout);

	return sub {
		print $in "@_\n";
		$in->flush();
		(<$out> // '') eq "set\n" or die "@$program failed\n";
	};
}

# returns when all managers know it

sub kill_one {
	$mc[1]->kill();

	wait_until {
		for my $n (0 .. $#settings) {
			http_get("/read$n", jar => $_) for @{$jars[$n]};
		}
		$t->log_count(qr/memcached ".*" (?:could not|closed)/) >= @settings;
	} or die "nginx does not know that it is down\n";
}

###############################################################################
