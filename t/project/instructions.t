#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# make check-instructions: what it says of numbers that rise, fall or stay, and
# on another machine than that of the numbers which are kept.

###############################################################################

use warnings;
use strict;

use File::Temp qw/ tempdir /;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ root /;

###############################################################################

my $file = tempdir(CLEANUP => 1) . '/kept.json';

open my $fh, '>', $file or die "$file: $!\n";
print $fh <<'JSON';
{ "machine": { "nginx": "nginx/1.22.1", "libc": "2.36" },
  "instructions": { "load 16": 1000, "save 16": 2000 } }
JSON
close $fh;

my ($status, $said) = check(1029, 2001);
is($status, 0, 'what is within the margin is good');
like($said, qr/^load, 16 connections: 1,029 .* 1,000 \(\+2\.9%\)$/m,
	'and both numbers are told');

($status, $said) = check(1031, 2000);
is($status, 1, 'what rises by more than 3 % is an error');
like($said, qr/^load, .*: MORE than the margin of 3%$/m, 'which it is');
like($said, qr/^    make keep-instructions$/m, 'and how it is kept');

($status, $said) = check(1000, 1900);
is($status, 0, 'what falls is good');
like($said, qr/^save, .* \(-5\.0%\): less; keep it$/m, 'and should be kept');

is(elsewhere('1.22.1', '2.36'), '', 'the same machine is compared');
like(elsewhere('1.26.3', '2.36'), qr{compares nothing here.*
  nginx: nginx/1[.]22[.]1 there, nginx/1[.]26[.]3 here$}s,
	'with another nginx nothing is compared, and why');

# the compiler is that of the module, whichever is in PATH

my $module = tempdir(CLEANUP => 1) . '/module.so';

for (
	[ "ELF\0GCC: (Debian 12.2.0-14) 12.2.0\0", 'GCC: (Debian 12.2.0-14) 12.2.0' ],
	[ "\0Debian clang version 14.0.6\0GCC: (Debian 12.2.0-14) 12.2.0\0",
		'GCC: (Debian 12.2.0-14) 12.2.0, clang version 14.0.6' ],
) {
	my ($text, $compiler) = @$_;

	open my $so, '>', $module or die "$module: $!\n";
	print $so $text;
	close $so;

	is((python("print(kept.compiler('$module'), end='')"))[1], $compiler,
		"built by $compiler");
}

done_testing();

###############################################################################

sub check {
	my ($load, $save) = @_;

	return python("exit(not kept.check({('load', 16): $load,"
		. " ('save', 16): $save}))");
}

sub elsewhere {
	my ($nginx, $libc) = @_;

	my (undef, $text) = python("kept.machine = lambda: {'nginx': 'nginx/$nginx',"
		. " 'libc': '$libc'}\nprint(kept.compares_nothing(), end='')");

	return $text;
}

sub python {
	my ($code) = @_;

	local $ENV{PYTHONDONTWRITEBYTECODE} = 1;
	local $ENV{PYTHONPATH} = root() . '/bench';

	open my $out, '-|', '/usr/bin/python3', '-c',
		"import kept\nkept.FILE = '$file'\n$code" or die "python3: $!\n";
	my $text = join '', <$out>;
	close $out;

	return ($? >> 8, $text);
}

###############################################################################
