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
use Test::Session::Placed;

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
        timeout       1s;
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
	my @old = map { begun("/$name/new") } 1 .. SESSIONS;

	is(found("/$name/read", @old), SESSIONS, "$name: sessions");

	# it has half of the weight

	down($t, $mc[2], "/$name/new");

	my @lost = grep { status_of("/$name/read", $_) eq 'EXPIRED' } @old;

	ok(@lost && @lost < @old, "$name: those of the server are over");
	is(found("/$name/read", @old), @old - @lost, "$name: others go on");

	my @acknowledged = grep { out($name, $_) } @old;

	is(@acknowledged, @old - @lost, "$name: an end without the server fails");

	my @new = map { begun("/$name/new") } 1 .. SESSIONS;

	is(found("/$name/read", @new), SESSIONS, "$name: sessions begin");
	is(scalar(grep { http_get("/$name/set", jar => $_)->status() == 204 }
		@new), SESSIONS, "$name: and are written to");

	up($t, $mc[2]);

	is(found("/$name/read", @acknowledged), 0,
		"$name: it is back, ends stay ends");
	is(found("/$name/read", @lost), @lost, "$name: what did not end goes on");

	my @stay = grep { status_of("/$name/read", $_) eq 'HIT' } @new;

	is(@stay, SESSIONS, "$name: what began goes on") if $name eq 'same';

	is(scalar(grep { out($name, $_) } @lost), @lost, "$name: it ends now");
	is(scalar(grep { out($name, $_) } @stay), @stay, "$name: and these");

	down($t, $mc[2], "/$name/new");

	is(found("/$name/read", @old, @stay), 0,
		"$name: again without it, all have ended");

	up($t, $mc[2]);
}

$t->stop();
done_testing();

###############################################################################

# 1: the end is acknowledged; the browser is one that keeps its cookie

sub out {
	my ($name, $jar) = @_;

	return http_get("/$name/out", cookie => $jar->header())->status() == 204;
}

###############################################################################
