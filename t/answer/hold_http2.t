#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Responses of all kinds that wait for a save, over HTTP/2: they are what they
# are without a session, and other streams do not wait with them.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Relay;
use Test::Session::Responses;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc, delay => 0.001);

$t->secret();
$t->certificate('localhost');

# Lua has no subrequests over HTTP/2

my @requests = grep { $_->[1] ne '/lua/sub' } responses($t);
$t->write_conf(<<'EOF', scripts => 'after');
ssl_certificate      %%TESTDIR%%/localhost.crt;
ssl_certificate_key  %%TESTDIR%%/localhost.key;

session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:%%MC_1%%;
    timeout      30s;
    cookie       sid;
}

server {
    listen       127.0.0.1:%%PORT_0%% ssl http2;
    session      app;
    session_set  last $request_id always;
    include      responses.conf;
    include      keys.conf;

    location /unchanged {
        session  off;
        return   200 "text\n";
    }
}

server {
    listen       127.0.0.1:%%PORT_1%% ssl http2;
    include      responses.conf;
}
EOF

$t->write_file('keys.conf', join '', map { "location = /key/$_ {"
	. " session_set key$_ yes; return 200 \$connection; }\n" } 1 .. 40);
$t->run();

###############################################################################

my $first = curl('--http2', url('/text'));
is($first->status(), 200, 'HTTP/2');
like($first->raw(), qr!^HTTP/2 200!, 'it is HTTP/2');
my $cookie = '__Host-sid=' . $first->cookie('__Host-sid');
my ($key) = $mc->keys();

$t->write_file('body', 'x' x 100000);

my $dir = $t->testdir();
my @plain = fetch('plain', port(1));
my @held = fetch('held', port(0), "Cookie: $cookie");
my @new = fetch('new', port(0));

for my $i (0 .. $#requests) {
	my ($name, undef, $status) = @{$requests[$i]};

	is($plain[$i]->status(), $status, "$name has its status");
	is(essence($held[$i]), essence($plain[$i]), "$name is the same when held");
	is(essence($new[$i]), essence($plain[$i]),
		"$name is the same in a new session");
	is($held[$i]->header('Set-Cookie'), undef, "$name sets no cookie again");
	like($new[$i]->cookie('__Host-sid'), qr/./, "$name sets a cookie");
}

is($relay->count(qr/^ms /), 1 + 2 * @requests, 'all of them were saved');

###############################################################################

open my $stream, '-|', curl_command('-N', '-H', "Cookie: $cookie",
	url('/unbuffered/stream')) or die "cannot run curl: $!\n";
like(read_until($stream, qr/first /), qr!^HTTP/2 200.*first !s,
	'the begin of a stream is there before its end');
$t->write_file('go', '');
like(read_until($stream, qr/second/), qr/second/, 'the end of a stream comes');
close $stream;

# 40 streams of one connection

my @out = parallel('/key/[1-40]');
is(join(' ', map { $_->status() } @out), join(' ', (200) x 40),
	'parallel streams are served');
is(scalar(keys %{{ map { $_->body() => 1 } @out }}), 1, 'on one connection');
my $record = $mc->get($key);
is(join(' ', grep { $record !~ /"key$_":"yes"/ } 1 .. 40), '',
	'parallel streams lost no key');

@out = parallel('/sendfile/large.bin?[1-10]');
is(scalar(grep { length $_->body() == 10 * 1024 * 1024 } @out), 10,
	'parallel streams of large files are whole');

# one is held, another one is not

$relay->shut();
my $n = $relay->count(qr/^ms /);
my $pid = open $stream, '-|', curl_command('-Z', '-H', "Cookie: $cookie",
	'-o', "$dir/out.held", url('/text'), '-o', "$dir/out.free",
	url('/unchanged')) or die "cannot run curl: $!\n";
ok($relay->wait_for(qr/^ms /, $n + 1), 'a stream is being saved');
ok(wait_until { $t->read_file('out.free') =~ /\r\n\r\ntext\n$/ },
	'a stream beside it is served');
is($t->read_file('out.held'), '', 'the other one waits');
$relay->open_gate();
waitpid($pid, 0);
like($t->read_file('out.held'), qr/\r\n\r\ntext\n$/, 'then it is served, too');

done_testing();

###############################################################################

sub url {
	my ($uri, $port) = @_;

	return 'https://127.0.0.1:' . ($port || port(0)) . $uri;
}

sub curl_command {
	return ('curl', '-q', '-s', '-S', '-i', '-k', '--http2', '--max-time', 60,
		'--no-progress-meter', @_);
}

# all requests, one after the other, by one curl; the list of responses

sub fetch {
	my ($name, $port, @headers) = @_;

	my @groups;

	for my $i (0 .. $#requests) {
		my (undef, $uri, undef, %extra) = @{$requests[$i]};

		push @groups, join "\n", 'url = ' . url($uri, $port),
			"output = $dir/$name.$i", 'include', 'insecure', 'http2',
			$extra{method} ? 'head' : (),
			$extra{body} ? "data-binary = \@$dir/body" : (),
			map { "header = \"" . s/"/\\"/gr . '"' } @headers,
			$extra{header} || ();
	}

	$t->write_file("$name.curl", join "\nnext\n", @groups);
	system('curl', '-q', '-s', '-S', '-K', "$dir/$name.curl");

	return map { Test::Session::Response->new($t->read_file("$name.$_")) }
		0 .. $#requests;
}

sub parallel {
	my ($uri) = @_;

	my ($last) = $uri =~ /-(\d+)\]$/;

	system(curl_command('-Z', '-H', "Cookie: $cookie", '--parallel-max', $last,
		'-o', "$dir/out.#1", url($uri)));

	return map { Test::Session::Response->new($t->read_file("out.$_")) }
		1 .. $last;
}

###############################################################################
