#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A session that ends while a slow body arrives, where none is required: the
# request goes on, and nobody reads what was loaded of it, neither a header nor
# a log, a subrequest that is under way, or a location with another manager.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Server;
use Test::Session::Token;

###############################################################################

use constant {
	LATE => 1.1,		# s: a body that takes longer is a slow one
	SIZE => 100000,		# of a record
};

my $t = Test::Session->new();
my $mc = $t->memcached();
my $secret = 's' x 32;

$t->secret('secret', $secret);

$t->write_conf(<<'EOT');
session_manager app   { %%MANAGER_app%% }
session_manager other { %%MANAGER_other%% }

map $session_user $mapped { default "m-$session_user"; "" none; }

limit_conn_zone $mapped zone=mapped:1m;

log_format  seen  "$uri <$session_user $session_status $mapped>";

server {
    listen          127.0.0.1:%%PORT_0%%;
    access_log      %%TESTDIR%%/seen.log seen;
    log_subrequest  on;

    session         app phase=rewrite;
    session_header  X-User user;
    add_header      X-Seen "$session_user $session_status $mapped" always;

    # its value is known, and kept by nginx, when the body comes
    limit_conn      mapped 100;

    location /           { proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location = /mirrored { mirror /copy;
                           proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location = /page     { ssi on;
                           proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location = /teapot   { proxy_intercept_errors on;
                           error_page 418 /other;
                           proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location = /broken   { mirror /held;
                           error_page 502 = /guest;
                           proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location = /other    { session other;
                           session_header X-User user;
                           proxy_pass http://127.0.0.1:%%PORT_1%%; }
}
EOT

$t->run_daemon('127.0.0.1:' . port(1), \&upstream);
$t->run();

###############################################################################

my $bob = cookie('other', 'bob');

for my $ends (0, 1) {
	my ($user, $name) = $ends ? ('', '-') : ('ada', 'ada');
	my $rest = $ends ? 'EXPIRED none' : 'HIT m-ada';
	my $what = $ends ? 'it ends' : 'it goes on';

	my $r = slow($ends, '/guest');
	is($r->body(), "told $user", "$what: the upstream");
	is($r->header('X-Seen'), "$user $rest", "$what: add_header");
	written('seen', '/guest', "$name $rest", $what);

	$r = slow($ends, '/mirrored');
	is($r->body(), "told $user", "$what: behind a mirror");
	written('seen', '/copy', "$name $rest", "$what: a mirror");
	written('told', '/copy', $name, "$what: a mirror");

	$r = slow($ends, '/page');
	is($r->body(), ($user || '(none)') . " told $user", "$what: SSI");
	written('seen', '/part', "$name $rest", "$what: SSI");

	$r = slow($ends, '/teapot');
	is($r->body(), 'told bob', "$what: another manager's location");
	is($r->header('X-Seen'), 'bob HIT m-bob', "$what: its add_header");
	written('seen', '/other', 'bob HIT m-bob', $what);
	written('told', '/teapot', $name, "$what: what sent it there");

	# a mirror that was sent with a body in time, and waits for its answer

	unlink map { $t->testdir() . "/go_$_" } qw/ broken held /;

	$r = slow($ends, '/broken', sub { $t->write_file('go_broken', '') });
	is($r->body(), "told $user", "$what: error_page beside a mirror");
	is($r->header('X-Seen'), "$user $rest", "$what: its add_header");

	$t->write_file('go_held', '');
	written('seen', '/held', "$name $rest", "$what: the mirror beside it");
}

$t->stop();
done_testing();

###############################################################################

sub cookie {
	my ($name, $user) = @_;

	my $id = Test::Session::Token::random_id();

	$mc->set("$name:" . Test::Session::Token::store_key($id),
		"{\"user\":\"$user\",\"large\":\"" . 'x' x SIZE . '"}',
		exptime => 3000);

	return "$name=" . Test::Session::Token->new(secret => $secret,
		name => $name)->sign(id => $id);
}

# the response to a request that takes more than a second, while its session
# ends: behind half of the body, or with a body until it may be answered

sub slow {
	my ($ends, $uri, $answer) = @_;

	truncate $t->testdir() . "/$_.log", 0 for qw/ seen told /;

	my %before = map { $_ => 1 } $mc->keys();
	my $cookie = cookie('app', 'ada');
	my ($key) = grep { !$before{$_} } $mc->keys();
	my $loads = $mc->stats()->{cmd_touch};

	my $client = http_start("POST $uri HTTP/1.1\r\nHost: localhost\r\n"
		. "Cookie: $cookie; $bob\r\nConnection: close\r\n"
		. "Content-Length: 8\r\n\r\nthe " . ($answer ? 'body' : ''));

	wait_until { $mc->stats()->{cmd_touch} > $loads } or die "no load\n";
	select undef, undef, undef, LATE;

	$mc->delete($key) if $ends;
	$answer->() if $answer;

	return http($answer ? '' : 'body', socket => $client);
}

sub written {
	my ($log, $uri, $values, $what) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $text;

	wait_until { ($text) = $t->read_file("$log.log") =~ m!^$uri <(.*)>$!m };
	is($text, $values, "$what: $log.log");
}

# says who it was told; /broken and /held wait until the test says so

sub upstream {
	my ($address) = @_;

	my $page = '<!--# echo var="session_user" --> <!--# include virtual="/part" -->';

	accept_each($address, sub {
		my ($client) = @_;

		my $head = request_head($client);
		my ($name) = $head =~ m!^\w+ /(\w+)! or return;
		my ($user) = $head =~ /^X-User: (\w+)/mi;

		open my $log, '>>', $t->testdir() . '/told.log' or die "no log\n";
		print $log "/$name <" . ($user // '-') . ">\n";
		close $log;

		wait_until { -e $t->testdir() . "/go_$name" }
			if $name =~ /broken|held/;
		return if $name eq 'broken';

		print $client 'HTTP/1.0 ', $name eq 'teapot' ? 418 : 200, " OK\r\n",
			"Content-Type: text/html\r\n\r\n",
			$name eq 'page' ? $page : 'told ' . ($user // '');
	}, forks => 1);
}

###############################################################################
