#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: style.pl FILE...
#
# nginx's text style, as far as it can be seen line by line; prints what is
# wrong as FILE:LINE: TEXT, and fails if anything is.

###############################################################################

use warnings;
use strict;

use FindBin;

use lib $FindBin::Bin;
use CSource qw/ code read_file /;

use constant COLUMNS => 80;

my $copyright = "/*\n * Copyright (C) the ngx_http_session_module authors\n"
	. " */\n";

my @rules = (
	[ qr/\t/, 'tab' ],
	[ qr/[ \t\r]$/, 'blank at the end of the line' ],
	[ qr/\b(?:TODO|FIXME|XXX)\b/, 'note to self' ],
);

# on lines without their comments and strings

my @code_rules = (
	[ qr!//!, 'C++ comment' ],
	[ qr/\b(?:if|for|while|switch)\(/, 'no space before "("' ],
	[ qr/\)\{/, 'no space before "{"' ],
	[ qr/\bfor \(;;\)/, 'endless loop is written "for ( ;; )"' ],
	[ qr/^\s+else\b/, '"else" belongs behind "}"' ],
	[ qr/^\w[^;={]*\)\s*\{/, 'brace of a function on its line' ],
	[ qr/[^\s;({\[]\s*\b(?:int|char|void|size_t|\w+_t)\* \w/,
		'"*" belongs to the name' ],
);

my $errors = 0;

check_file($_) for @ARGV;

exit($errors ? 1 : 0);

###############################################################################

sub complain {
	my ($file, $line, $text) = @_;

	print "$file:$line: $text\n";
	$errors++;
}

sub check_file {
	my ($file) = @_;

	my $text = read_file($file);

	complain($file, 1, 'no copyright') if index($text, $copyright) != 0;
	complain($file, 5, 'no comment that says what the file is for')
		if $file =~ /(?:^|\/)src\/.*\.[ch]$/
			&& substr($text, length $copyright) !~ /^\s*\/\*/;
	complain($file, 1, 'no newline at the end') if $text !~ /\n\z/;
	complain($file, 1, 'blank lines at the end') if $text =~ /\n\n\z/;

	my @lines = split /\n/, $text;
	my @code = split /\n/, code($text), -1;

	for my $i (0 .. $#lines) {
		check_line($file, $i + 1, $lines[$i], $code[$i]);
	}

	check_functions($file, \@code, \@lines);
	check_conditions($file, \@code);
}

sub check_line {
	my ($file, $n, $line, $code) = @_;

	if (length $line > COLUMNS) {
		complain($file, $n, 'longer than ' . COLUMNS . ' columns');
	}

	for my $rule (@rules) {
		complain($file, $n, $rule->[1]) if $line =~ $rule->[0];
	}

	for my $rule (@code_rules) {
		complain($file, $n, $rule->[1]) if $code =~ $rule->[0];
	}
}

# two blank lines behind a function, its return type on a line of its own

sub check_functions {
	my ($file, $code, $lines) = @_;

	for my $i (0 .. $#$code) {
		if ($code->[$i] eq '}') {
			my $next = $i + 1;
			$next++ while $next < @$lines && $lines->[$next] eq '';

			next if $next == @$lines || $lines->[$next] =~ /^#/;

			complain($file, $i + 1, 'not two blank lines behind it')
				if $next != $i + 3;
		}

		if ($code->[$i] eq '{') {
			my $begin = $i - 1;
			$begin-- while $begin > 0 && $code->[$begin] =~ /^\s/;

			complain($file, $begin + 1, 'return type on its line')
				if $code->[$begin] =~ /^\w[\w\s]*[\s*]\**\w+\(/;
		}
	}
}

# a condition of several lines puts the brace alone on its line

sub check_conditions {
	my ($file, $code) = @_;

	for (my $i = 0; $i < @$code; $i++) {
		next if $code->[$i] !~ /^\s+(?:\} else )?(?:if|while|for) \(/;

		my $begin = $i;
		my $text = $code->[$i];

		while (depth($text) > 0 && $i < $#$code) {
			$text .= $code->[++$i];
		}

		if ($i > $begin && $code->[$i] =~ /\) \{$/) {
			complain($file, $i + 1,
				'brace behind a condition of several lines');
		}
	}
}

sub depth {
	my ($text) = @_;

	return ($text =~ tr/(//) - ($text =~ tr/)//);
}

###############################################################################
