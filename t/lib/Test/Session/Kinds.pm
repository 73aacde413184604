package Test::Session::Kinds;

# Copyright (C) the ngx_http_session_module authors

# Kinds of locations that answer a POST, and forms in which their response is
# replaced or released: one server for each form.  What a test sends to all of
# them, it sends to /KIND of the port of a form.  Of the two memcacheds, the
# second is a relay whose saves the test lets fail.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::Session::HTTP;
use Test::Session::Server;

our @EXPORT = qw/ kinds forms write_kinds /;

# name: does it answer before it has the body, may the connection end with it?

my %kinds = (
	'return' => [1, 0], gif => [1, 0], static => [1, 0], try => [1, 0],
	error => [1, 0], named => [1, 0], status => [1, 0], page => [1, 0],
	proxy => [0, 0], unbuffered => [0, 0], guarded => [0, 0],
	mirrored => [0, 0], uwsgi => [0, 0], dav => [0, 0], sub => [0, 1],
	streamed => [0, 1],
);

# name: what the server says

my @forms = (
	plain => '',
	saved => 'session app; session_set n 1 always;',
	size => 'session app; session_set big $long always;',
	page => 'session app; session_set big $long always;'
		. ' error_page 503 /large.html;',
	named => 'session app; session_set big $long always;'
		. ' error_page 503 @other;',
	proxied => 'session app; session_set big $long always;'
		. ' error_page 503 @proxied;',
	increment => 'session app; session_accept X-Session- keys=bad;'
		. ' session_set big $long always;',
	down => 'session down; session_set n 1 always;',
	failed => 'session failing; session_set n 1 always;',
);

###############################################################################

sub kinds { return %kinds }

# their names, in the order of their ports from 10 on

sub forms { return @forms[map { 2 * $_ } 0 .. $#forms / 2] }

# writes nginx.conf, and starts the back ends at port(8) and port(9); option:
# listen, of the servers

sub write_kinds {
	my ($t, %extra) = @_;

	$t->write_file('small.txt', "small\n");
	$t->write_file('large.html', 'large ' x 100000);
	mkdir $t->testdir() . '/dav';
	chmod 0777, $t->testdir() . '/dav';

	my $conf = managers() . 'map $uri $long { default ' . 'x' x 300 . "; }\n";

	for my $i (0 .. $#forms / 2) {
		$conf .= 'server { listen 127.0.0.1:%%PORT_' . (10 + $i) . '%%'
			. ($extra{listen} // '') . ";\n    session_on_error deny;\n    "
			. $forms[2 * $i + 1] . "\n" . locations() . "}\n";
	}

	$t->write_conf($conf);
	$t->run_daemon('127.0.0.1:' . Test::Session::port(9), \&answer_http);
	$t->run_daemon('127.0.0.1:' . Test::Session::port(8), \&answer_uwsgi);
}

sub managers {
	return <<'EOF';
session_manager app { %%MANAGER_sid%% max_size 200; }

session_manager failing {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_1%%;
    cookie       failing secure=off;
}

session_manager down {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%PORT_0%%;
    cookie       down secure=off;
}
EOF
}

sub locations {
	return <<'EOF';
    root  %%TESTDIR%%;

    location = /return      { return 200 "returned\n"; }
    location = /gif         { empty_gif; }
    location = /static      { alias %%TESTDIR%%/small.txt; }
    location = /try         { try_files /none /small.txt; }
    location = /error       { error_page 404 /small.txt; return 404; }
    location = /named       { error_page 418 = @named; return 418; }
    location @named         { return 200 "named\n"; }
    location = /status      { stub_status; }
    location = /page        { session_status_page; }
    location = /proxy       { proxy_pass http://127.0.0.1:%%PORT_9%%; }
    location = /unbuffered  { proxy_pass http://127.0.0.1:%%PORT_9%%;
                              proxy_buffering off; }
    location = /streamed    { proxy_pass http://127.0.0.1:%%PORT_9%%;
                              proxy_request_buffering off;
                              proxy_http_version 1.1; }
    location = /guarded     { auth_request /part;
                              proxy_pass http://127.0.0.1:%%PORT_9%%; }
    location = /mirrored    { mirror /copy;
                              proxy_pass http://127.0.0.1:%%PORT_9%%; }
    location = /sub         { addition_types *; add_after_body /part;
                              proxy_pass http://127.0.0.1:%%PORT_9%%; }
    location = /uwsgi       { uwsgi_pass 127.0.0.1:%%PORT_8%%;
                              uwsgi_param CONTENT_LENGTH $content_length; }
    location = /dav         { dav_methods PUT; dav_access all:rw;
                              alias %%TESTDIR%%/dav/$request_id; }

    location = /copy        { internal; session off;
                              proxy_pass http://127.0.0.1:%%PORT_9%%; }
    location = /part        { session off; return 200 "part\n"; }
    location = /large.html  { }
    location @other         { return 200 "other\n"; }
    location @proxied       { proxy_pass http://127.0.0.1:%%PORT_9%%; }

    location = /smuggled    { session off; access_log %%TESTDIR%%/smuggled;
                              return 200 "smuggled\n"; }
    location = /next        { session off; return 200 "next\n"; }
EOF
}

###############################################################################

# adds to a key, which is no number in the test's session

sub answer_http {
	accept_each($_[0], sub {
		my ($client) = @_;

		my $head = request_head($client);
		request_body($client, $head);

		if ($head =~ /^Transfer-Encoding: chunked/mi) {
			while (defined(my $line = <$client>)) {
				my $size = $line =~ /^([0-9a-f]+)/i ? hex $1 : 0;
				read $client, my ($chunk), $size + 2;
				last if $size == 0;
			}
		}

		print $client "HTTP/1.0 200 OK\r\nX-Session-Incr: bad\r\n"
			. "Content-Type: text/plain\r\nContent-Length: 6\r\n\r\nproxy\n";
	}, forks => 1);
}

sub answer_uwsgi {
	accept_each($_[0], sub {
		my ($client) = @_;

		read $client, my ($head), 4;
		read $client, my ($params), length $head == 4 ? unpack('xv', $head) : 0;
		my %params = unpack '(v/a)*', $params;
		my $n = $params{CONTENT_LENGTH};
		read $client, my ($body), $n if $n;

		print $client "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
			. "Content-Length: 6\r\nX-Session-Incr: bad\r\n\r\nuwsgi\n";
	}, forks => 1);
}

###############################################################################

1;

###############################################################################
