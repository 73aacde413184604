#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# layers.pl finds what is wrong: folders, circles of calls, headers, libraries.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Checks qw/ good replaced run tree /;

###############################################################################

is(layers('nsess/base/nsess_x.c', good()), '', 'good file');

like(layers('nsess/base/nsess_x.c', including('"ngx_session_x.h"')),
	qr/nsess_x\.c:6:/, 'ring 0 includes ring 1');
like(layers('nsess/base/nsess_x.c', including('<openssl/hmac.h>')),
	qr/nsess_hmac/, 'libcrypto outside of its files');
like(layers('nsess/base/nsess_x.c', including('<uuid/uuid.h>')),
	qr/nsess_crypto/, 'libuuid outside of its file');
like(layers('nsess/base/nsess_x.c', including('<zlib.h>')),
	qr/nsess_inflate/, 'zlib outside of its file');
like(layers('nsess/base/nsess_x.c', including('<sys/socket.h>')),
	qr/not of libc/, 'ring 0 includes POSIX');
like(layers('nsess/base/nsess_x.c', good() . "\n\nint\nf(int unused)\n{\n}\n"),
	qr/alone/, 'ring 0 has warnings');
like(layers('store/ngx_session_x.c', good() . "ngx_http_request_t  *r;\n"),
	qr/ring 1/, 'ring 1 knows HTTP');
like(layers('store/ngx_session_x.c', including('"ngx_http_session_x.h"')),
	qr/ring 1/, 'ring 1 includes ring 2');
like(layers('http/ngx_http_session_x.c', including('<libmemcached/x.h>')),
	qr/libmemcached/, 'libmemcached outside of its file');
like(layers('http/ngx_http_session_x.c', "#if (nginx_version < 1023000)\n"),
	qr/nginx_version/, 'nginx_version outside of its file');
like(layers('store/ngx_session_x.c', including('"ngx_session_y.h"')
	. "ngx_log_error(NGX_LOG_ERR, log, 0, \"unlimited\");\n"),
	qr/ngx_session_limit/, 'a message without a limit');
like(layers('store/ngx_session_x.c', good()), qr/not the first/,
	'nginx is not included first');
like(layers('store/nsess_x.c', good()), qr/its folder/,
	'name of another folder');

my %circle = (
	'store/ngx_session_a.c' => function('ngx_session_a', 'ngx_session_b()'),
	'store/ngx_session_b.c' => "static handler_t  table[] = { ngx_session_c };"
		. function('ngx_session_b', 'table[0]()'),
	'store/ngx_session_c.c' => function('ngx_session_c', 'AGAIN()'),
	'store/ngx_session_d.c' => function('ngx_session_d', 'ngx_session_a()'),
	'store/ngx_session_m.h' => "#define AGAIN()  ngx_session_a()\n",
);
my $three = join '', map { "circle ngx_session_$_.c\n" } qw/ a b c /;

like(layers_of(\%circle), qr/^3 files call[^:]*:
    ngx_session_a\.c -> ngx_session_b\.c: ngx_session_b
    ngx_session_b\.c -> ngx_session_c\.c: ngx_session_c
    ngx_session_c\.c -> ngx_session_a\.c: ngx_session_a
/, 'a circle through a table and a macro');
is(layers_of(\%circle, $three), '', 'a circle that is allowed');
like(layers_of(\%circle, "${three}circle ngx_session_d.c\n"),
	qr/not needed any more: circle ngx_session_d\.c/,
	'a line for what is not wrong any more');
like(layers_of(\%circle, "circle ngx_session_a.c\n"), qr/3 files call/,
	'a circle of more files than are allowed');

like(layers_of({
	'http/conf/ngx_http_session_a.c'
		=> function('ngx_http_session_a', 'ngx_http_session_b()'),
	'http/save/ngx_http_session_b.c' => function('ngx_http_session_b', ''),
}), qr/a\.c:7: http\/conf may not use http\/save: ngx_http_session_b\n/,
	'a folder calls another above it');
like(layers_of({
	'nsess/base/nsess_a.c' => "#include \"nsess_b.h\"\n",
	'nsess/web/nsess_b.h' => "int  nsess_b;\n",
}), qr/a\.c:2: nsess\/base may not use nsess\/web: "nsess_b.h"\n/,
	'a folder includes another above it');
like(layers_of({ 'store/other/ngx_session_a.c' => '' }), qr/%uses/,
	'a folder that the table does not have');
like(layers_of({
	'store/ngx_session_a.h' => '', 'store/memcached/ngx_session_a.h' => '',
}), qr/of that name/, 'two files of one name');

my $header = 'typedef struct { int  inner; } ngx_session_a_t;';

for my $use ('ngx_session_a_t  *a', 'b->inner = 1') {
	is(layers_of({
		'store/ngx_session_a.h' => $header,
		'store/ngx_session_b.c' => "#include \"ngx_session_a.h\"\n"
			. function('ngx_session_b', $use),
	}), '', "a header is used: $use");
}

like(layers_of({
	'store/ngx_session_a.h' => $header,
	'store/ngx_session_b.c' => "#include \"ngx_session_a.h\"\n"
		. function('ngx_session_b', ''),
}), qr/b\.c:2: it uses no name of ngx_session_a\.h/,
	'a header is included and not used');
like(layers_of({ 'store/ngx_session_a.h' => "\n" x 150 }), qr/151 lines/,
	'a long header');

done_testing();

###############################################################################

sub including {
	my ($what) = @_;

	return replaced('"nsess.h"', $what);
}

# of one file beside nsess.h

sub layers {
	my ($name, $text) = @_;

	return run('layers.pl', tree($name => $text, 'nsess/base/nsess.h'
		=> "#include <stddef.h>\nint  nsess_twice(int a);\n"));
}

# of several files: name => includes and functions

sub layers_of {
	my ($files, $allowed) = @_;

	my $dir = tree(allowed => $allowed // '', map {
		("src/$_" => "#include <ngx_core.h>\n" . $files->{$_})
	} keys %$files);

	return run('layers.pl', "-a $dir/allowed $dir/src");
}

sub function {
	my ($name, $calls) = @_;

	return "\n\nvoid\n$name(void)\n{\n    $calls;\n}\n";
}

###############################################################################
