package CSource;

# Copyright (C) the ngx_http_session_module authors

# What the checks of the source have in common: a C file cut into its code,
# its comments and its strings.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

our @EXPORT_OK = qw/ read_file code without_comments comments strings /;

# an include's name is no string

my $token = qr{
	(?<include> ^[ \t]*\#[ \t]*include\b[^\n]* )
	| (?<comment> /\*.*?\*/ )
	| (?<line> //[^\n]* )
	| (?<string> "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])+' )
}msx;

###############################################################################

sub read_file {
	my ($path) = @_;

	open my $fh, '<', $path or die "$path: $!\n";
	my $text = do { local $/; <$fh> };
	close $fh;

	return $text;
}

# the same lines, comments blank and strings empty

sub code {
	my ($text) = @_;

	$text =~ s{$token}{
		defined $+{include} ? $+{include}
			: defined $+{comment} ? "\n" x ($+{comment} =~ tr/\n//)
			: defined $+{line} ? '//' : '""';
	}gex;

	return $text;
}

# the same lines, comments blank

sub without_comments {
	my ($text) = @_;

	$text =~ s{$token}{
		defined $+{comment} ? "\n" x ($+{comment} =~ tr/\n//) : $&;
	}gex;

	return $text;
}

# [ line, text ] of each; strings that follow each other are one

sub comments {
	my ($text) = @_;

	return pieces($text, 'comment');
}

sub strings {
	my ($text) = @_;

	my @strings;

	for my $piece (pieces($text, 'string')) {
		my ($line, $string, $begin, $end) = @$piece;

		$string =~ s/^(["'])(.*)\1$/$2/s;

		if (@strings && substr($text, $strings[-1][2],
			$begin - $strings[-1][2]) =~ /^\s*$/)
		{
			$strings[-1][1] .= $string;
			$strings[-1][2] = $end;

		} else {
			push @strings, [ $line, $string, $end ];
		}
	}

	return map { [ @$_[0, 1] ] } @strings;
}

sub pieces {
	my ($text, $kind) = @_;

	my @pieces;
	my ($line, $counted) = (1, 0);

	while ($text =~ /$token/g) {
		next if !defined $+{$kind};

		$line += substr($text, $counted, $-[0] - $counted) =~ tr/\n//;
		$counted = $-[0];

		push @pieces, [ $line, $+{$kind}, $-[0], $+[0] ];
	}

	return @pieces;
}

###############################################################################

1;

###############################################################################
