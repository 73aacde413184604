package Test::Session::Responses;

# Copyright (C) the ngx_http_session_module authors

# All kinds of responses that nginx makes, to be had with a session and
# without one, and the back end that some of them come from.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Digest::MD5 qw/ md5_hex /;
use IO::Select;

use Test::Session::HTTP;
use Test::Session::Server;

our @EXPORT = qw/ responses essence read_until /;

use constant LARGE => 10 * 1024 * 1024;

###############################################################################

# Writes responses.conf, to be included by a server of a configuration with
# scripts, starts the back end at port(9), and returns the list of requests:
# name, uri, status, and options of http_request().

sub responses {
	my ($t) = @_;

	$t->write_file('small.txt', "small\n");
	$t->write_file('empty.txt', '');
	$t->write_file('text.txt', join '', map { "line $_ of a text\n" }
		1 .. 2000);
	$t->write_file('large.bin', join '', map { pack('N', $_) x 256 }
		1 .. LARGE / 1024);
	$t->write_file('ssi.html', 'a<!--#include virtual="/plain/small.txt" -->'
		. 'b<!--#include virtual="/proxy/chunked" -->c');
	$t->write_file('dir/file', '');
	$t->write_file('error.html', "an error page\n");
	$t->write_file('code.js', 'export default {'
		. ' f: function(r) { r.return(200, "njs\n") },'
		. ' s: function(r) { r.status = 200; r.sendHeader();'
		. ' r.send("one "); r.send("two"); r.finish() } };');

	$t->write_file_expand('responses.conf', locations($t));
	$t->run_daemon('127.0.0.1:' . Test::Session::port(9), \&backend,
		$t->testdir());

	return requests($t);
}

sub locations {
	my ($t) = @_;

	my $conf = <<'EOF';

location /plain/      { alias %%TESTDIR%%/; sendfile off; }
location /sendfile/   { alias %%TESTDIR%%/; sendfile on; tcp_nopush on; }
location /buffers/    { alias %%TESTDIR%%/; output_buffers 2 8k; }
location /slow/       { alias %%TESTDIR%%/; limit_rate 40m; }
location /gzip/       { alias %%TESTDIR%%/; gzip on; gzip_types *; }
location /sub/        { alias %%TESTDIR%%/; sub_filter_types *;
                        sub_filter_once off; sub_filter text book; }
location /ssi/        { alias %%TESTDIR%%/; ssi on; }
location /addition/   { alias %%TESTDIR%%/; addition_types *;
                        add_before_body /plain/small.txt;
                        add_after_body /proxy/chunked; }
location /dir         { absolute_redirect off; }
location /index/      { alias %%TESTDIR%%/dir/; autoindex on; }
location /204         { return 204; }
location /text        { return 200 "text\n"; }
location /302         { return 302 http://x/; }
location /404         { return 404; }
location /error/      { alias %%TESTDIR%%/none/; error_page 404 /error.html; }
location /named/      { alias %%TESTDIR%%/none/; error_page 404 = @proxy; }
location @proxy       { rewrite ^ /chunked break;
                        proxy_pass http://127.0.0.1:%%PORT_9%%; }
location /try/        { try_files /none /small.txt; }
location /proxy/      { proxy_pass http://127.0.0.1:%%PORT_9%%/; }
location /unbuffered/ { proxy_pass http://127.0.0.1:%%PORT_9%%/;
                        proxy_buffering off; }
location /tight/      { proxy_pass http://127.0.0.1:%%PORT_9%%/;
                        proxy_buffer_size 4k; proxy_buffers 2 4k;
                        proxy_busy_buffers_size 4k; }
location /memory/     { proxy_pass http://127.0.0.1:%%PORT_9%%/;
                        proxy_max_temp_file_size 0; }
location /1.1/        { proxy_pass http://127.0.0.1:%%PORT_9%%/;
                        proxy_http_version 1.1; }
location /squeezed/   { proxy_pass http://127.0.0.1:%%PORT_9%%/; gzip on;
                        gzip_types *; gzip_proxied any; }
location /mirror/     { proxy_pass http://127.0.0.1:%%PORT_9%%/;
                        mirror /copy; }
location = /copy      { internal; proxy_pass http://127.0.0.1:%%PORT_9%%/text; }
location /guarded/    { auth_request /204; alias %%TESTDIR%%/; }
location /upgrade     { proxy_pass http://127.0.0.1:%%PORT_9%%;
                        proxy_http_version 1.1;
                        proxy_set_header Upgrade $http_upgrade;
                        proxy_set_header Connection upgrade; }

EOF

	return $conf if !$t->is_packaged();

	return $conf . <<'EOF';

location /lua         { content_by_lua_block {
                            for i = 1, 3 do
                                ngx.print("piece ", i, " ")
                                ngx.flush(true)
                            end } }
location /lua/sub     { content_by_lua_block {
                            local r = ngx.location.capture("/proxy/chunked")
                            ngx.print(r.body) } }
location /njs         { js_content code.f; }
location /njs/pieces  { js_content code.s; }

EOF
}

sub requests {
	my ($t) = @_;

	my $range = sub { (header => "Range: bytes=$_[0]") };
	my $gzip = 'Accept-Encoding: gzip';

	return ((map { ["file of $_", "/$_/text.txt", 200],
		["large file of $_", "/$_/large.bin", 200],
		["empty file of $_", "/$_/empty.txt", 200],
		["HEAD of $_", "/$_/large.bin", 200, method => 'HEAD'],
		["404 of $_", "/$_/none", 404],
		} qw/ plain sendfile buffers gzip sub /),
		(map { ["range of $_", "/$_/text.txt", 206, $range->('5-20')],
		["ranges of $_", "/$_/text.txt", 206, $range->('5-9,100-120')],
		["416 of $_", "/$_/text.txt", 416, $range->('999999-')],
		["304 of $_", "/$_/text.txt", 304, header => 'If-None-Match: *'],
		["412 of $_", "/$_/text.txt", 412, header => 'If-Match: "x"'],
		} qw/ plain sendfile buffers /),
		['limit_rate', '/slow/large.bin', 200],
		['gzip', '/gzip/text.txt', 200, header => $gzip],
		['large gzip', '/gzip/large.bin', 200, header => $gzip],
		['HEAD of gzip', '/gzip/text.txt', 200, header => $gzip,
			method => 'HEAD'],
		['SSI', '/ssi/ssi.html', 200],
		['addition', '/addition/text.txt', 200],
		['directory', '/dir', 301],
		['autoindex', '/index/', 200],
		(map { ["return $_", "/$_", $_] } 204, 302, 404),
		['return 200', '/text', 200],
		['error_page', '/error/x', 404],
		['error_page with a named location', '/named/x', 200],
		['try_files', '/try/x', 200],
		['auth_request', '/guarded/text.txt', 200],
		(map { my $place = $_;
			map { ["$_ of $place", "/$place/$_", 200] }
			qw/ text chunked until_close large empty /
		} qw/ proxy unbuffered tight memory 1.1 squeezed mirror /),
		(map { ["204 of $_", "/$_/204", 204], ["304 of $_", "/$_/304", 304],
			["500 of $_", "/$_/500", 500],
			["HEAD of $_", "/$_/text", 200, method => 'HEAD'],
			["POST to $_", "/$_/echo", 200, body => 'x' x 100000],
		} qw/ proxy unbuffered 1.1 /),
		['POST that is left unread', '/404', 404, body => 'x' x 100],
		['squeezed by gzip', '/squeezed/large', 200, header => $gzip],
		!$t->is_packaged() ? () : (['Lua', '/lua', 200],
			['subrequest of Lua', '/lua/sub', 200],
			['njs', '/njs', 200], ['pieces of njs', '/njs/pieces', 200]),
	);
}

# what must be the same with and without a session; digests of long bodies; a
# boundary has 11 digits on 32 bits, otherwise 20

sub essence {
	my ($response) = @_;

	my @headers = grep { !/^(?:Date|Set-Cookie|Cache-Control|Connection):/i }
		$response->headers();
	my $body = $response->body();

	s/boundary=\K\d+/N/ for @headers;
	$body =~ s/^--\d{11,20}(?=\r|--)/--N/mg if length $body < 10000;
	$body = length($body) . ' bytes, ' . md5_hex($body)
		if length $body > 500;

	return join "\n", $response->status(), sort(@headers), '', $body;
}

# what comes from a socket or a pipe up to a match

sub read_until {
	my ($fh, $regex) = @_;

	my $data = '';

	while ($data !~ $regex) {
		IO::Select->new($fh)->can_read(30) or return "timed out: $data";
		sysread($fh, $data, 65536, length $data) or last;
	}

	return $data;
}

###############################################################################

sub backend {
	my ($address, $dir) = @_;

	accept_each($address, sub { serve($_[0], $dir) }, forks => 1);
}

sub serve {
	my ($client, $dir) = @_;

	my ($head, $body) = ('', '');

	while (my $line = <$client>) {
		last if $line eq "\r\n";
		$head .= $line;
	}

	my ($path) = $head =~ m!^\w+ /([^\s?]*)! or return;
	read($client, $body, $1) if $head =~ /^Content-Length: (\d+)/mi;

	$client->autoflush(1);
	return upgrade($client) if $head =~ /^Upgrade: echo/mi;
	return stream($client, $dir) if $path eq 'stream';

	my $text = $path eq 'echo' ? $body : $path eq 'large' ? 'large ' x 500000
		: $path eq 'empty' ? '' : "a text\n" x 100;
	my $status = $path =~ /^\d+$/ ? $path : 200;
	my $chunked = $path eq 'chunked' && $head =~ m!^\S+ \S+ HTTP/1\.1!;

	print $client "HTTP/1.1 $status X\r\nContent-Type: text/plain\r\n",
		"ETag: \"x\"\r\nX-Path: $path\r\nConnection: close\r\n",
		$chunked ? "Transfer-Encoding: chunked\r\n"
		: $path eq 'until_close' || $path eq 'chunked' ? ''
		: 'Content-Length: ' . length($text) . "\r\n", "\r\n";

	return if $head =~ /^HEAD/ || $status =~ /^[23]04$/;

	print $client $chunked ? join('', map { sprintf("%x\r\n%s\r\n",
		length $_, $_) } $text =~ /(.{1,150})/gs) . "0\r\n\r\n" : $text;
}

# the second half is sent when the test lets it, by a file, or the peer leaves

sub stream {
	my ($client, $dir) = @_;

	print $client "HTTP/1.1 200 X\r\nConnection: close\r\n\r\nfirst ";
	my $peer = IO::Select->new($client);
	Test::Session::wait_until(sub { -e "$dir/go" || $peer->can_read(0) });
	print $client 'second';
}

sub upgrade {
	my ($client) = @_;

	print $client "HTTP/1.1 101 X\r\nUpgrade: echo\r\n",
		"Connection: upgrade\r\n\r\nhello ";

	while (sysread($client, my ($data), 65536)) {
		print $client "echo $data";
	}
}

###############################################################################

1;

###############################################################################
