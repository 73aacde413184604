#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The tools that check the source find what is wrong: style.pl, duplicates.pl,
# plain.pl, size.pl, commit-msg.pl.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Checks qw/ good message replaced run tree /;

###############################################################################

# style

is(style(good()), '', 'style: good text');

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

my $explained = replaced('#include', "/*\n * Twice.\n */\n\n\n#include");

like(style(good(), 'src/nsess_x.c'), qr/:5: .*what the file is for/,
	'style: a source does not say what it is for');
is(style($explained, 'src/nsess_x.c'), '', 'style: a source that does');

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

# plain English

for my $riddle ('the one that is none', 'if there are none', 'none of them',
	'what becomes of it', 'where none is', 'so are those behind it', 'with no one',
	'known to nobody', 'a key, since it is one', 'a value, if that is one.')
{
	like(plain("\n/* $riddle */\n"), qr/^base\/a\.c:2: "[^"]+": \w/,
		"plain: comment: $riddle");
	like(plain("\nf(\"session: $riddle\");\n"), qr/^base\/a\.c:2: /,
		"plain: message: $riddle");
}

like(plain("/*\n * where there is\n * none.\n */\n"), qr/a\.c:1: "is none"/,
	'plain: a comment of several lines');
like(plain("f(\"there is \"\n    \"none\");\n"), qr/a\.c:1: "is none"/,
	'plain: a message of several lines');
like(plain("/* goes the cookie out? */\n"), qr/"does"/,
	'plain: a question without "does"');

is(plain("/* the request has no session */\nnone = is_none(\"none\");\n"),
	'', 'plain: plain text');
is(plain("/* each step is one command */\n"), '', 'plain: a number');
is(plain("/* there is none */\n", "base\n"), '', 'plain: what is allowed');
is(run('plain.pl', tree('a.md' => "A page\n\n```\nis none\n```\n\n"
	. "`is none` and *is none*\n\n* there\n* is\n  none\n")) =~ s/\n.*//sr,
	'a.md:10: "is none": say what is missing: "the request has no session"',
	'plain: a page, but what it quotes');
like(plain('', "base\n"), qr/not needed any more: base/,
	'plain: a line for a folder that is clean');

# sizes

like(size("int\nf(void)\n{\n" . "    g();\n" x 101 . "}\n"),
	qr/101 .*limit: 100/, 'size: long function');
like(size("\n" x 701), qr/701 .*limit: 700/, 'size: long file');
like(size("\n" x 201, 'long.t'), qr/201 .*limit: 200/, 'size: long test');

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

sub style {
	my ($text, $name) = @_;

	$name //= 'nsess_x.c';

	return run('style.pl', tree($name => $text) . "/$name");
}

sub duplicates {
	my ($first, $second) = @_;

	my $dir = tree('a.c' => $first, 'b.c' => $second);

	return run('duplicates.pl', "$dir/a.c $dir/b.c");
}

sub plain {
	my ($text, $allowed) = @_;

	my $dir = tree('src/base/a.c' => $text, allowed => $allowed // '');

	return run('plain.pl', "-a $dir/allowed $dir/src");
}

sub size {
	my ($text, $name) = @_;

	$name //= 'long.c';

	return run('size.pl', tree($name => $text) . "/$name");
}

###############################################################################
