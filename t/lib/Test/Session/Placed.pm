package Test::Session::Placed;

# Copyright (C) the ngx_http_session_module authors

# Sessions on several servers: which go on, where their records are, and a
# server that is silent for a while.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::Session;

our @EXPORT = qw/ locations begun status_of found placed down up /;

# consistent hashing with Jenkins' hash: ketama of nginx, with "default"

use constant LOOK => <<'EOF';
<?php
$m = new Memcached();
$m->setOption(Memcached::OPT_DISTRIBUTION, Memcached::DISTRIBUTION_CONSISTENT);
foreach (array_slice($argv, 1) as $server) {
	preg_match('/^(.*):(\d+)$/', $server, $part);
	$m->addServer($part[1], (int) $part[2]);
}
while (($key = fgets(STDIN)) !== false) {
	$server = $m->getServerByKey(trim($key));
	echo $server['host'], ':', $server['port'], "\n";
}
EOF

###############################################################################

# what a browser does with a manager's sessions: they begin, are read and end

sub locations {
	my ($manager) = @_;

	return <<EOF;
    location = /$manager/new  { session $manager; session_set a 1; return 204; }
    location = /$manager/read { session $manager phase=rewrite;
                                return 200 \$session_status; }
    location = /$manager/out  { session $manager; session_on_error deny;
                                session_destroy; return 204; }
EOF
}

# the browser after its first request

sub begun {
	my ($uri) = @_;

	my $jar = cookie_jar();

	http_get($uri, jar => $jar);

	return $jar;
}

# what a location says that returns $session_status; a browser that keeps its
# cookie

sub status_of {
	my ($uri, $jar) = @_;

	return http_get($uri, cookie => $jar->header())->body();
}

# how many of the browsers have a session there

sub found {
	my ($uri, @jars) = @_;

	return scalar grep { status_of($uri, $_) eq 'HIT' } @jars;
}

# how many keys are where libmemcached looks for them: pairs of a server as it
# is told it, HOST:PORT, and the memcached that this is

sub placed {
	my ($t, @servers) = @_;

	my @keys = map { my ($name, $mc) = @$_; map { [ $name, $_ ] } $mc->keys() }
		@servers;

	$t->write_file('look.php', LOOK);
	$t->write_file('keys', join '', map { "$_->[1]\n" } @keys);

	my $dir = $t->testdir();
	my $names = join ' ', map { "'$_->[0]'" } @servers;
	my @said = split /\n/, `php $dir/look.php $names < $dir/keys`;

	return scalar grep { $said[$_] eq $keys[$_][0] } 0 .. $#keys;
}

# a server is silent until up(), and nginx knows it; sessions begin at uri

sub down {
	my ($t, $mc, $uri) = @_;

	my $known = known($t);

	$mc->stop();

	wait_until { begun($uri); known($t) > $known }
		or die "nginx does not know that it is down\n";
}

sub known {
	my ($t) = @_;

	return $t->log_count(qr/memcached "127[^"]*" is still down/);
}

sub up {
	my ($t, $mc) = @_;

	my $again = qr/memcached "127[^"]*" is up again/;
	my $count = $t->log_count($again);

	$mc->cont();

	# what it finds of commands from before does not show that nginx knows

	$t->wait_for_log($again, count => $count + 1)
		or die "nginx does not know that it is up\n";
}

###############################################################################

1;

###############################################################################
