#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The shape of the source: text style, layers, duplicates, sizes, commit
# messages; and that the tools which check it do find what is wrong.

###############################################################################

use warnings;
use strict;

use File::Path qw/ make_path /;
use File::Temp qw/ tempdir /;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ root /;

###############################################################################

my $root = root();
my $tools = "$root/t/tools";
my $copyright = "/*\n * Copyright (C) the ngx_http_session_module authors\n"
	. " */\n\n\n";

my $good = $copyright . <<'EOF';
#include "nsess.h"


static int  nsess_add(int a, int b);


int
nsess_twice(int a)
{
    const char  *url;

    url = "http://example.org/ \t";  /* "//" is no comment here */

    if (a > 0
        && url != NULL)
    {
        return nsess_add(a, a);
    }

    return 0;
}


static int
nsess_add(int a, int b)
{
    return a + b;
}
EOF

###############################################################################

# the source as it is

my $sources = join ' ', split /\n/, run("find $root/src -name '*.[ch]'");

is(run("$tools/style.pl $sources $root/t/unit/*.[ch] $root/t/fuzz/*.[ch]"),
	'', 'style');
is(run("$tools/layers.pl -a $tools/layers.allow $root/src"), '', 'layers');
is(run("$tools/duplicates.pl -a $tools/duplicates.allow $sources"), '',
	'duplicates');
unlike(run("$tools/size.pl " . join ' ', grep { /\.c$/ } split / /, $sources),
	qr/\(limit: |exit/, 'sizes');

# the history, where there is one: not in an archive of the source

if (-e "$root/.git") {
	my $git = "git -c safe.directory='*' -C $root log --no-merges";

	my @ids = split /\n/, run("$git --format=%H");
	cmp_ok(@ids, '>', 0, 'there are commits');

	my @bad = grep { $_ ne '' } map { message(run("$git -1 --format=%B $_")) }
		@ids;
	is_deeply(\@bad, [], 'commit messages');
}

# style

is(style($good), '', 'style: good text');

like(style(replaced('return 0;', "return 0; " . 'x' x 80)), qr/80 columns/,
	'style: long line');
like(style(replaced('    return 0;', "\treturn 0;")), qr/tab/, 'style: tab');
like(style(replaced('return 0;', 'return 0; ')), qr/blank at the end/,
	'style: trailing blank');
like(style(replaced('return 0;', 'return 0;  // no')), qr/C\+\+ comment/,
	'style: C++ comment');
like(style(replaced("int\nnsess_twice", 'int nsess_twice')),
	qr/return type/, 'style: return type');
like(style(replaced("}\n\n\nstatic", "}\n\nstatic")), qr/two blank lines/,
	'style: one blank line');
like(style(replaced("}\n\n\nstatic", "}\n\n\n\nstatic")),
	qr/two blank lines/, 'style: three blank lines');
like(style(replaced('Copyright', 'Copyleft')), qr/no copyright/,
	'style: copyright');
like(style(replaced("NULL)\n    {", 'NULL) {')), qr/several lines/,
	'style: brace of a long condition');
like(style(replaced('if (a', 'if(a')), qr/no space/, 'style: if(');
like(style(replaced('return 0;', '/* TODO */ return 0;')), qr/note to self/,
	'style: note to self');
like(style(replaced("(int a)\n{", '(int a) {')), qr/brace of a function/,
	'style: brace of a function');

# layers

is(layers('nsess/base/nsess_x.c', $good), '', 'layers: good file');

like(layers('nsess/base/nsess_x.c', with_include('"ngx_session_x.h"')),
	qr/nsess_x\.c:6:/, 'layers: ring 0 includes ring 1');
like(layers('nsess/base/nsess_x.c', with_include('<openssl/hmac.h>')),
	qr/nsess_crypto/, 'layers: libcrypto outside of its file');
like(layers('nsess/base/nsess_x.c', with_include('<zlib.h>')),
	qr/nsess_inflate/, 'layers: zlib outside of its file');
like(layers('nsess/base/nsess_x.c', with_include('<sys/socket.h>')),
	qr/not of libc/, 'layers: ring 0 includes POSIX');
like(layers('nsess/base/nsess_x.c', $good . "\n\nint\nf(int unused)\n{\n}\n"),
	qr/alone/, 'layers: ring 0 has warnings');
like(layers('store/ngx_session_x.c', $good . "ngx_http_request_t  *r;\n"),
	qr/ring 1/, 'layers: ring 1 knows HTTP');
like(layers('store/ngx_session_x.c', with_include('"ngx_http_session_x.h"')),
	qr/ring 1/, 'layers: ring 1 includes ring 2');
like(layers('http/ngx_http_session_x.c', with_include('<libmemcached/x.h>')),
	qr/libmemcached/, 'layers: libmemcached outside of its file');
like(layers('http/ngx_http_session_x.c', "#if (nginx_version < 1023000)\n"),
	qr/nginx_version/, 'layers: nginx_version outside of its file');
like(layers('store/ngx_session_x.c', with_include('"ngx_session_y.h"')
	. "ngx_log_error(NGX_LOG_ERR, log, 0, \"unlimited\");\n"),
	qr/ngx_session_limit/, 'layers: a message without a limit');
like(layers('store/ngx_session_x.c', $good), qr/not the first/,
	'layers: nginx is not included first');
like(layers('store/nsess_x.c', $good), qr/its folder/,
	'layers: name of another folder');

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
/, 'layers: a circle through a table and a macro');
is(layers_of(\%circle, $three), '', 'layers: a circle that is allowed');
like(layers_of(\%circle, "${three}circle ngx_session_d.c\n"),
	qr/not needed any more: circle ngx_session_d\.c/,
	'layers: a line for what is not wrong any more');
like(layers_of(\%circle, "circle ngx_session_a.c\n"), qr/3 files call/,
	'layers: a circle of more files than are allowed');

like(layers_of({
	'http/conf/ngx_http_session_a.c'
		=> function('ngx_http_session_a', 'ngx_http_session_b()'),
	'http/save/ngx_http_session_b.c' => function('ngx_http_session_b', ''),
}), qr/a\.c:7: http\/conf may not use http\/save: ngx_http_session_b\n/,
	'layers: a folder calls another above it');
like(layers_of({
	'nsess/base/nsess_a.c' => "#include \"nsess_b.h\"\n",
	'nsess/web/nsess_b.h' => "int  nsess_b;\n",
}), qr/a\.c:2: nsess\/base may not use nsess\/web: "nsess_b.h"\n/,
	'layers: a folder includes another above it');
like(layers_of({ 'store/other/ngx_session_a.c' => '' }), qr/%uses/,
	'layers: a folder that the table does not have');
like(layers_of({
	'store/ngx_session_a.h' => '', 'store/memcached/ngx_session_a.h' => '',
}), qr/of that name/, 'layers: two files of one name');

my $header = 'typedef struct { int  inner; } ngx_session_a_t;';

for my $use ('ngx_session_a_t  *a', 'b->inner = 1') {
	is(layers_of({
		'store/ngx_session_a.h' => $header,
		'store/ngx_session_b.c' => "#include \"ngx_session_a.h\"\n"
			. function('ngx_session_b', $use),
	}), '', "layers: a header is used: $use");
}

like(layers_of({
	'store/ngx_session_a.h' => $header,
	'store/ngx_session_b.c' => "#include \"ngx_session_a.h\"\n"
		. function('ngx_session_b', ''),
}), qr/b\.c:2: it uses no name of ngx_session_a\.h/,
	'layers: a header is included and not used');
like(layers_of({ 'store/ngx_session_a.h' => "\n" x 150 }), qr/151 lines/,
	'layers: a long header');

# duplicates

my $lines = join '', map { "    f($_);\n" } 1 .. 5;
my $spaced = $lines =~ s/\(/  ( /gr;
my $table = "static int  table[] = {\n$lines    f(6);\n};\n";

like(duplicates("$lines\n    f(6);\n", "$spaced    }\n    f ( 6); /* f */\n"),
	qr/a\.c:1-7 and .*b\.c:1-7 are the same\n    \[a\.c b\.c\]\n$/,
	'duplicates: six lines in two files');
like(duplicates("$lines    f(6);\n}\n$lines    f(6);\n", ''),
	qr/a\.c:1-6 and .*a\.c:8-13/, 'duplicates: six lines twice in a file');
is(duplicates($lines, $lines), '', 'duplicates: five lines');
is(duplicates($table, $table), '', 'duplicates: tables');
is(duplicates("$lines    f(6);\n", "$lines    f(7);\n"), '',
	'duplicates: the sixth line is another one');

# sizes

my $dir = tempdir(CLEANUP => 1);

write_file("$dir/long.c", "int\nf(void)\n{\n" . "    g();\n" x 101 . "}\n");
like(run("$tools/size.pl $dir/long.c"), qr/101 .*limit: 100/,
	'size: long function');

write_file("$dir/long.c", "\n" x 701);
like(run("$tools/size.pl $dir/long.c"), qr/701 .*limit: 700/,
	'size: long file');

# commit messages

is(message("Save: fixed a leak.\n"), '', 'message: subject');
is(message("Save: fixed a leak.\n\nA worker grew.\n"), '', 'message: body');

like(message("fixed a leak.\n"), qr/area/, 'message: no area');
like(message("Save: Fixed a leak.\n"), qr/lower case/, 'message: case');
like(message("Save: fix a leak.\n"), qr/past tense/, 'message: tense');
like(message("Save: fixed a leak\n"), qr/full stop/, 'message: full stop');
like(message('Save: ' . 'x' x 70 . ".\n"), qr/72 columns/,
	'message: long subject');
like(message("Save: fixed a leak.\nA worker grew.\n"), qr/no empty line/,
	'message: no empty line');

done_testing();

###############################################################################

# output of a command, which is not empty if it fails

sub run {
	my ($command) = @_;

	my $output = `$command 2>&1`;

	return $? && $output eq '' ? "exit status $?\n" : $output;
}

sub write_file {
	my ($path, $content) = @_;

	open my $fh, '>', $path or die "$path: $!\n";
	print $fh $content;
	close $fh;
}

sub replaced {
	my ($from, $to) = @_;

	my $text = $good;
	$text =~ s/\Q$from\E/$to/ or die "no such text: $from\n";

	return $text;
}

sub with_include {
	my ($what) = @_;

	return replaced('"nsess.h"', $what);
}

sub style {
	my ($text) = @_;

	my $dir = tempdir(CLEANUP => 1);
	write_file("$dir/nsess_x.c", $text);

	return run("$tools/style.pl $dir/nsess_x.c");
}

sub layers {
	my ($name, $text) = @_;

	my $dir = tempdir(CLEANUP => 1);
	make_path("$dir/nsess/base", "$dir/store", "$dir/http");
	write_file("$dir/$name", $text);
	write_file("$dir/nsess/base/nsess.h",
		$copyright . "#include <stddef.h>\nint  nsess_twice(int a);\n");

	return run("$tools/layers.pl $dir");
}

# the same of several files: name => includes and functions

sub layers_of {
	my ($files, $allowed) = @_;

	my $dir = tempdir(CLEANUP => 1);
	write_file("$dir/allowed", $allowed // '');
	make_path(map { "$dir/src/" . s/\/[^\/]*$//r } keys %$files);
	write_file("$dir/src/$_", "#include <ngx_core.h>\n" . $files->{$_})
		for keys %$files;

	return run("$tools/layers.pl -a $dir/allowed $dir/src");
}

sub function {
	my ($name, $calls) = @_;

	return "\n\nvoid\n$name(void)\n{\n    $calls;\n}\n";
}

sub duplicates {
	my ($first, $second) = @_;

	my $dir = tempdir(CLEANUP => 1);
	write_file("$dir/a.c", $first);
	write_file("$dir/b.c", $second);

	return run("$tools/duplicates.pl $dir/a.c $dir/b.c");
}

sub message {
	my ($text) = @_;

	my $dir = tempdir(CLEANUP => 1);
	write_file("$dir/message", $text);

	return run("$tools/commit-msg.pl $dir/message");
}

###############################################################################
