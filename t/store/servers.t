#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Several memcached servers: nginx finds a record on the server where
# libmemcached (php-memcached) looks for it; unix sockets.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

# sessions of each setting; with so many, one of six weights is left out once in
# 10^79 times

use constant { FEW => 30, MANY => 1000 };

my $t = Test::Session->new();
my @mc = map { $t->memcached() } 0 .. 2;
my $unix = $t->memcached(unix => 1);
my $path = $unix->address();

$t->secret('secret');

my @settings = (
	['default', 'modula', 'HASH_DEFAULT', 'DISTRIBUTION_MODULA', ''],
	['crc', 'modula', 'HASH_CRC', 'DISTRIBUTION_MODULA', ''],
	['md5', 'consistent', 'HASH_MD5', 'DISTRIBUTION_CONSISTENT', ''],
	['default', 'ketama', 'HASH_DEFAULT', 'DISTRIBUTION_CONSISTENT', ''],
	['md5', 'ketama_weighted', '', '', 'OPT_LIBKETAMA_COMPATIBLE'],
	['md5', 'ketama_weighted', '', '', 'OPT_LIBKETAMA_COMPATIBLE', 1, 2, 3],
);

my ($managers, $locations) = ('', '');

for my $n (0 .. $#settings) {
	my ($hash, $distribution) = @{$settings[$n]};
	my ($first, $second, $third) = weights($settings[$n]);

	$managers .= <<EOF;
    session_manager m$n {
        secret_file   %%TESTDIR%%/secret;
        memcached     127.0.0.1:%%MC_0%% weight=$first;
        memcached     127.0.0.1:%%MC_1%% weight=$second;
        memcached     127.0.0.1:%%MC_2%% weight=$third;
        cookie        sid secure=off;
        hash          $hash;
        distribution  $distribution;
    }
EOF

	$locations .= <<EOF;
        location = /m$n { session m$n; session_set user \$request_id; return 204; }
        location = /r$n { session m$n phase=rewrite; return 200 \$session_status; }
EOF
}

$t->write_conf(<<"EOF");
$managers
session_manager u {
    secret_file  %%TESTDIR%%/secret;
    memcached    $path;
    cookie       sid secure=off;
}

server {
    listen  127.0.0.1:%%PORT_0%%;
    location = /u { session u; session_set user Ada; return 204; }
$locations
}
EOF

# asks libmemcached for each key, with the settings of an application

$t->write_file('look.php', <<'EOF');
<?php
list(, $hash, $distribution, $compatible, $ports, $weights) = $argv;
$weights = explode(',', $weights);
$m = new Memcached();
if ($hash) $m->setOption(Memcached::OPT_HASH, constant("Memcached::$hash"));
if ($distribution) $m->setOption(Memcached::OPT_DISTRIBUTION,
	constant("Memcached::$distribution"));
if ($compatible) $m->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
foreach (explode(',', $ports) as $i => $port)
	$m->addServer('127.0.0.1', $port, $weights[$i]);
$found = 0;
while (($key = fgets(STDIN)) !== false) {
	if (is_string($m->get(trim($key)))) $found++;
}
print $found;
EOF

$t->run();

###############################################################################

my $ports = join ',', map { $_->port() } @mc;

for my $n (0 .. $#settings) {
	my ($hash, $distribution, @php) = @{$settings[$n]}[0 .. 4];
	my $weights = join ',', weights($settings[$n]);

	$_->flush() for @mc;

	my ($hits, $count, @keys) = (0, 0);

	# random ids may leave out a server for long

	while ($count < FEW || ($count < MANY && grep { !@$_ } @keys)) {
		my $jar = cookie_jar();
		http_get("/m$n", jar => $jar);
		$hits++ if http_get("/r$n", jar => $jar)->body eq 'HIT';
		$count++;
		@keys = map { [ $_->keys() ] } @mc if $count >= FEW;
	}

	is($hits, $count, "$hash, $distribution, $weights: nginx finds what it stored");
	is(scalar(grep { @$_ } @keys), 3, 'all servers are used');

	$t->write_file('keys', join '', map { "$_\n" } map { @$_ } @keys);

	my $dir = $t->testdir();
	my $args = join ' ', map { "'$_'" } @php, $ports, $weights;
	my $found = `php $dir/look.php $args < $dir/keys`;

	is($found, $count, 'where libmemcached looks for it');
}

my $jar = cookie_jar();
http_get('/u', jar => $jar);
is($unix->get(($unix->keys())[0]), '{"user":"Ada"}', 'a unix socket');

$t->stop();
done_testing();

###############################################################################

# of the servers, in a setting: 1 each unless it tells of others

sub weights {
	my @weights = @{$_[0]}[5 .. 7];

	return defined $weights[0] ? @weights : (1, 1, 1);
}

###############################################################################
