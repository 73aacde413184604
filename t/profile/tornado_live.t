#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# nginx and a Tornado application share sessions, both ways, in both variants
# of cookie names that are in the field.

###############################################################################

use warnings;
use strict;

use FindBin;
use MIME::Base64;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::TornadoApp;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

tornado_app($t, port(2), [ $mc->address() ]);
tornado_app($t, port(3), [ $mc->address() ], names => [qw/ ssid verf /],
	args => [ '--always', '--expires-days=7', '--timeout=604800' ]);

$t->write_conf(<<'EOF');
session_manager app {
    profile             tornado;
    cookie_secret_file  cookie;
    secret_file         session;
    memcached           127.0.0.1:%%MC_0%%;
    idle_timeout        1h;
}

session_manager other {
    profile             tornado;
    cookie_secret_file  cookie;
    secret_file         session;
    memcached           127.0.0.1:%%MC_0%%;
    idle_timeout        7d;
    cookie_names        ssid verf;
    expires_days        7;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;
    set      $app 127.0.0.1:%%PORT_2%%;
    include  actions.conf;
}

server {
    listen   127.0.0.1:%%PORT_1%%;
    session  other;
    set      $app 127.0.0.1:%%PORT_3%%;
    include  actions.conf;
}
EOF

$t->write_file('actions.conf', <<'EOF');
location / {
    proxy_pass  http://$app;
}
location = /read {
    add_header  X-Session "$session_status $session_user_name $session_k";
    empty_gif;
}
location = /guarded {
    session_require  $session_user_name;
    empty_gif;
}
location = /set     { session_set k $arg_v; return 204; }
location = /unset   { session_unset user_name; return 204; }
location = /logout  { session_destroy; return 204; }
location = /new     { session_regenerate; return 204; }
location = /app/set {
    session_set  by_nginx $arg_n;
    proxy_pass   http://$app;
}
EOF

$t->run();

###############################################################################

for my $variant ([ 0, 'session_id', 3600 ], [ 1, 'ssid', 604800 ]) {
	my ($n, $name, $life) = @$variant;
	my ($ada, $eve) = (cookie_jar(), cookie_jar());
	$mc->flush();

	# the application logs in

	is(asked($n, '/guarded', $ada)->status, 403, "$name: nobody is kept out");
	is(asked($n, '/login?user=ada', $ada)->status, 200, "$name: a login");
	is(seen($n, $ada), 'HIT ada ', "$name: nginx sees who it is");
	is(asked($n, '/guarded', $ada)->status, 200, "$name: and lets them in");

	# nginx writes, the application reads

	my $r = asked($n, '/set?v=1', $ada);
	is(scalar(() = $r->raw =~ /^Set-Cookie: (?:$name|veri?f\w*)="2\|/mg), 2,
		"$name: a save sends both cookies");
	is(dump_of($n, $ada), '{"k": "1", "user_name": "ada"}',
		"$name: the application reads what nginx wrote");

	# the application deletes, nginx no longer sees

	asked($n, '/app/delete?k=k', $ada);
	is(seen($n, $ada), 'HIT ada ', "$name: what was deleted is gone");

	# both write during one request

	asked($n, '/app/set?k=k&v=theirs&n=ours', $ada);
	is(dump_of($n, $ada), '{"by_nginx": "ours", "k": "theirs", '
		. '"user_name": "ada"}', "$name: neither overwrites the other");

	my @at_once = map { http_start(http_request("/app/set?k=k$_&v=$_&n=$_",
		jar => $ada, close => 1), port => port($n)) } 1 .. 8;
	is(join(' ', map { http_end($_)->status() } @at_once),
		join(' ', (200) x 8), "$name: several at once");

	# values that only the application understands

	asked($n, '/app/values/put', $ada);
	for my $i (1 .. 10) {
		asked($n, "/set?v=$i", $ada);
	}
	is(asked($n, '/app/values/check', $ada)->body, '[]',
		"$name: all values survive ten saves by nginx");
	is(seen($n, $ada), 'HIT ada 10', "$name: which were saved");

	asked($n, '/unset', $ada);
	is(seen($n, $ada), 'HIT  10', "$name: a key removed beside them");
	is(asked($n, '/app/values/check', $ada)->body, '[]',
		"$name: touches none of them");

	# two browsers

	asked($n, '/login?user=eve', $eve);
	asked($n, '/login?user=ada', $ada);
	is(join(', ', seen($n, $ada), seen($n, $eve)), 'HIT ada 10, HIT eve ',
		"$name: two browsers do not mix");

	# a new id, a session that nginx begins, the end

	my $id = $ada->get($name);
	asked($n, '/new', $ada);
	isnt(substr($ada->get($name), 40, 60), substr($id, 40, 60),
		"$name: a new id");
	like(dump_of($n, $ada), qr/"user_name": "ada"/,
		"$name: under which the application finds its data");

	my $new = cookie_jar();
	asked($n, '/set?v=first', $new);
	is(dump_of($n, $new), '{"k": "first"}', "$name: nginx may begin a session");

	my $flags = $mc->mg(key_of($new, $name))->{flags};
	is($flags->{f}, 0, "$name: without client flags");
	ok($flags->{t} > $life - 60 && $flags->{t} <= $life + 2,
		"$name: of the life that it has there");

	asked($n, '/logout', $eve);
	is(seen($n, $eve), 'NONE  ', "$name: nginx may end one");
}

done_testing();

###############################################################################

sub asked {
	my ($n, $uri, $jar) = @_;
	return http_get($uri, port => port($n), jar => $jar);
}

sub seen {
	return asked($_[0], '/read', $_[1])->header('X-Session');
}

sub dump_of {
	return asked($_[0], '/app/dump', $_[1])->body;
}

sub key_of {
	my ($jar, $name) = @_;
	return decode_base64(($jar->get($name) =~ /\|\d+:(\w+=*)\|\w+"?$/)[0]);
}

###############################################################################
