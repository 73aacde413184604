#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "distribution ... eject": a server that does not answer and comes back with
# all that it had undoes no end that was acknowledged.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

use constant SESSIONS => 40;

my $t = Test::Session->new();
my @mc = map { $t->memcached() } 0 .. 2;

$t->secret();

my %weights = (same => [ 1, 1, 1 ], other => [ 1, 2, 3 ]);
my ($managers, $locations) = ('', '');

for my $name (sort keys %weights) {
	my $servers = join ' ', map { "memcached 127.0.0.1:%%MC_$_%%"
		. " weight=$weights{$name}[$_];" } 0 .. 2;

	$managers .= <<EOF;
    session_manager $name {
        secret_file   %%TESTDIR%%/secret;
        cookie        sid secure=off;
        timeout       200ms;
        distribution  ketama_weighted eject;
        $servers
    }
EOF
	$locations .= <<EOF;
        location = /$name/new   { session $name; session_set user Ada;
                                  return 204; }
        location = /$name/read  { session $name phase=rewrite;
                                  return 200 \$session_status; }
        location = /$name/set   { session $name; session_on_error deny;
                                  session_set user Eve; return 204; }
        location = /$name/out   { session $name; session_on_error deny;
                                  session_destroy; return 204; }
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

for my $name (sort keys %weights) {
	my @old = map { jar($name, 'new') } 1 .. SESSIONS;

	is(found($name, @old), SESSIONS, "$name: sessions");

	down($name);

	my @lost = grep { status_of($name, $_) eq 'EXPIRED' } @old;

	ok(@lost && @lost < @old, "$name: those of the server are over");
	is(found($name, @old), @old - @lost, "$name: others go on");

	my @acknowledged = grep { out($name, $_) } @old;

	is(@acknowledged, @old - @lost, "$name: an end without the server fails");

	my @new = map { jar($name, 'new') } 1 .. SESSIONS;

	is(found($name, @new), SESSIONS, "$name: sessions begin");
	is(scalar(grep { http_get("/$name/set", jar => $_)->status() == 204 }
		@new), SESSIONS, "$name: and are written to");

	up($name);

	is(found($name, @acknowledged), 0, "$name: it is back, ends stay ends");
	is(found($name, @lost), @lost, "$name: what did not end goes on");

	my @stay = grep { status_of($name, $_) eq 'HIT' } @new;

	is(@stay, SESSIONS, "$name: what began goes on") if $name eq 'same';

	is(scalar(grep { out($name, $_) } @lost), @lost, "$name: it ends now");
	is(scalar(grep { out($name, $_) } @stay), @stay, "$name: and these");

	down($name);

	is(found($name, @old, @stay), 0, "$name: again without it, all have ended");

	up($name);
}

$t->stop();
done_testing();

###############################################################################

# the last server, which has half of the weight: it is silent until up()

sub down {
	my ($name) = @_;

	my $known = known();

	$mc[2]->stop();

	wait_until { jar($name, 'new'); known() > $known }
		or die "nginx does not know that it is down\n";
}

sub known {
	return $t->log_count(qr/memcached "127[^"]*" is still down/);
}

sub up {
	my ($name) = @_;

	$mc[2]->cont();

	my $had = () = $mc[2]->keys();

	wait_until { jar($name, 'new'); @{[ $mc[2]->keys() ]} > $had }
		or die "nginx does not know that it is up\n";
}

sub jar {
	my ($name, $uri) = @_;

	my $jar = cookie_jar();

	http_get("/$name/$uri", jar => $jar);

	return $jar;
}

sub status_of {
	my ($name, $jar) = @_;

	return http_get("/$name/read", cookie => $jar->header())->body();
}

sub found {
	my ($name, @jars) = @_;

	return scalar grep { status_of($name, $_) eq 'HIT' } @jars;
}

# 1: the end is acknowledged; the browser is one that keeps its cookie

sub out {
	my ($name, $jar) = @_;

	return http_get("/$name/out", cookie => $jar->header())->status() == 204;
}

###############################################################################
