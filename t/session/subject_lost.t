#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The record of a subject is lost with its server, which is started again and is
# empty: with lost=login its sessions are over, and so are those that were
# revoked before; without it nobody knows.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Long;
use Test::Session::Seen;

###############################################################################

# that records and their subjects have the places of a case: one in four has

use constant TRIES => 200;

my $t = Test::Session->new();
my ($of_sessions, $of_subjects) = map { $t->memcached() } 1, 2;

$t->secret();

my @managers = (
	[ 'login', 'lost=login', '' ],
	[ 'few', 'lost=login', 'max_sessions 2;' ],
	[ 'error', 'lost=error', '' ],
	[ 'plain', '', 'max_sessions 2;' ],
);

my $http = <<'EOF';
proxy_http_version  1.1;
proxy_set_header    Upgrade $http_upgrade;
proxy_set_header    Connection upgrade;
EOF

for my $manager (@managers) {
	my ($name, $lost, $more) = @$manager;
	my $port = port($name);

	$http .= <<"EOF";
session_manager $name {
    %%MANAGER_sid%%
    memcached  127.0.0.1:%%MC_1%%;
    subject    user $lost;
    $more
}

server {
    listen           127.0.0.1:$port;
    session          $name;
    session_recheck  100ms;

    location /begin   { session_set a 1; return 204; }
    location /login   { session_regenerate login; session_set user \$arg_u;
                        return 204; }
    location /revoke  { session_revoke_all; return 204; }
    location /read    { add_header X-Session
                            "\$session_status \$session_user \$session_meta_error";
                        empty_gif; }
    location /echo    { proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location /api     { session $name require; empty_gif; }
    location /page    { session $name require; error_page 401 = \@login;
                        empty_gif; }
    location \@login  { return 302 /login.html; }
}
EOF
}

$t->write_conf($http);
long_upstream($t, 1);
$t->run();

###############################################################################

for my $manager (@managers) {
	my $name = $manager->[0];
	my $over = $manager->[1] eq 'lost=login';
	my $lost = $over ? qr/^EXPIRED / : qr/^ERROR  it is not known whether/;

	# their records are on the first server, that of the subject on the second

	my ($user, $revoked) = placed($name);
	get($name, '/revoke', cookie($name, "/login?u=$user"));
	my $cookie = placed_of($name, $user);
	my $socket = Test::Session::Long->websocket('/echo', port => port($name),
		cookie => $cookie);

	is($socket->echo('a'), 'a', "$name: a WebSocket");
	like(state($name, $cookie), qr/^HIT $user/, 'of a session that is good');
	like(state($name, $revoked), qr/^EXPIRED /, 'beside one that was revoked');

	$of_subjects->restart();
	is_up($name, $cookie);

	like(state($name, $cookie), $lost, "$name: the subject's record is lost");
	like(state($name, $revoked), $lost, 'which revives nothing');
	is(get($name, '/api', $cookie)->status(), $over ? 401 : 503, 'session require');
	is(get($name, '/page', $cookie)->status(), $over ? 302 : 503, 'error_page 401');

	if ($over) {
		ok($socket->is_closed(), 'the WebSocket is closed');

	} else {
		is($socket->echo('b'), 'b', 'the WebSocket stays open');
		$socket->close();
	}

	my $anonymous = cookie($name, '/begin');
	like(state($name, "$cookie; $anonymous"), qr/^HIT  /,
		'a session of nobody that the browser has, too, is good');

	# a login makes the record anew

	my $new = cookie($name, "/login?u=$user", $cookie);
	like(state($name, $new), qr/^HIT $user/, "$name: a login is good");
	like(state($name, $cookie), qr/^EXPIRED /, 'what was before it is not');
	like(state($name, $revoked), qr/^EXPIRED /, 'nor what was revoked');

	# a server that does not answer has lost nothing

	($user, $cookie) = placed($name);
	$of_subjects->kill();
	is(get($name, '/api', $cookie)->status(), 503, "$name: the server is down");
	$of_subjects->start();
	is_up($name, $cookie);
}

ok($t->log_count(qr/\[warn\] .* session of "login" is over: the record of its/),
	'the log tells of sessions that are over');
is($t->log_count(qr/"(?:login|few)" could not be loaded: it is not known/), 0,
	'and of no error');
is($t->log_count(qr/succeeded/), 0, 'a reason is that of what failed');

$t->stop();
done_testing();

###############################################################################

# a new user, and the cookie of a session that is in its place

sub placed {
	my ($name) = @_;

	for my $n (1 .. TRIES) {
		$_->flush() for $of_sessions, $of_subjects;

		my $cookie = placed_of($name, "u$n");
		return ("u$n", $cookie) if grep { /~/ } $of_subjects->keys();
	}

	die "memcached servers share nothing\n";
}

sub placed_of {
	my ($name, $user) = @_;

	for (1 .. TRIES) {
		my $records = $of_sessions->live();
		my $cookie = cookie($name, "/login?u=$user");
		return $cookie if $of_sessions->live() > $records;
	}

	die "memcached servers share nothing\n";
}

# waits until the worker has the second server again

sub is_up {
	my ($name, $cookie) = @_;

	wait_until { state($name, $cookie) !~ /memcached/ }
		or die "memcached is not up again\n";
}

sub cookie {
	my ($name, $uri, $cookie) = @_;

	return cookie_of($uri, port => port($name), cookie => $cookie);
}

sub get {
	my ($name, $uri, $cookie) = @_;

	return http_get($uri, port => port($name), cookie => $cookie);
}

sub state { return get($_[0], '/read', $_[1])->header('X-Session') }

###############################################################################
