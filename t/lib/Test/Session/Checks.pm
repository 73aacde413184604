package Test::Session::Checks;

# Copyright (C) the ngx_http_session_module authors

# The checks of the source, in t/tools, and sources for them to look at.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use File::Basename qw/ dirname /;
use File::Path qw/ make_path /;
use File::Temp qw/ tempdir /;

use Test::Session::Tree qw/ root /;

our @EXPORT_OK = qw/ good message replaced run tree /;

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

# a file in which there is nothing to find, and the same with a difference

sub good { return $good }

sub replaced {
	my ($from, $to) = @_;

	my $text = $good;
	$text =~ s/\Q$from\E/$to/ or die "no such text: $from\n";

	return $text;
}

# output of a check with arguments, which is not empty if it fails

sub run {
	my ($check, $arguments) = @_;

	my $output = `@{[ root() ]}/t/tools/$check $arguments 2>&1`;

	return $? && $output eq '' ? "exit status $?\n" : $output;
}

# a new folder with files: name => content

sub tree {
	my (%files) = @_;

	my $dir = tempdir(CLEANUP => 1);

	for my $name (keys %files) {
		make_path(dirname("$dir/$name"));

		open my $fh, '>', "$dir/$name" or die "$name: $!\n";
		print $fh $files{$name};
		close $fh;
	}

	return $dir;
}

sub message {
	my ($text) = @_;

	return run('commit-msg.pl', tree(message => $text) . '/message');
}

###############################################################################

1;

###############################################################################
