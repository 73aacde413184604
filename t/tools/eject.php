<?php

# Copyright (C) the ngx_http_session_module authors

# An application with php-memcached that ejects servers: eject.py says what it
# does.

const VALUE = '{"user":"Ada"}';
const PATIENCE = 30;       # s

list(, $hash, $distribution, $ports, $weights, $dead_timeout) = $argv;

$memcached = new Memcached();

$memcached->setOption(Memcached::OPT_REMOVE_FAILED_SERVERS, true);
$memcached->setOption(Memcached::OPT_SERVER_FAILURE_LIMIT, 1);
$memcached->setOption(Memcached::OPT_RETRY_TIMEOUT, 1);
$memcached->setOption(Memcached::OPT_DEAD_TIMEOUT, (int) $dead_timeout);

if ($distribution == 'ketama_weighted') {
	$memcached->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
} else {
	$memcached->setOption(Memcached::OPT_DISTRIBUTION,
		Memcached::DISTRIBUTION_CONSISTENT);
	$memcached->setOption(Memcached::OPT_HASH,
		constant('Memcached::HASH_' . strtoupper($hash)));
}

$weights = explode(',', $weights);

foreach (explode(',', $ports) as $i => $port) {
	$memcached->addServer('127.0.0.1', (int) $port, (int) $weights[$i]);
}

function set_key($memcached, $key)
{
	$end = hrtime(true) + PATIENCE * 1e9;

	while (hrtime(true) < $end) {
		if ($memcached->set($key, VALUE)) {
			return;
		}
	}

	exit("$key cannot be set\n");
}

while (($line = fgets(STDIN)) !== false) {
	foreach (explode(' ', trim($line)) as $key) {
		set_key($memcached, $key);
	}

	print "set\n";
}
