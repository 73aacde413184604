#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: doc-links.pl FOLDER
#
# The documents of a package lie in FOLDER as they lie in the sources, which have
# more.  Links to what is not there become text that says so, or lead to what
# Debian has in its place.  It needs no more than Debian's perl-base.

###############################################################################

use warnings;
use strict;

@ARGV == 1 && -d $ARGV[0] or die "usage: doc-links.pl FOLDER\n";

my $top = $ARGV[0];
my %instead = (LICENSE => 'copyright', 'CHANGELOG.md' => 'changelog.gz');

page($_) for pages('.');

###############################################################################

# paths below the folder, which begin with "./"

sub pages {
	my ($folder) = @_;

	opendir my $dh, "$top/$folder" or die "$top/$folder: $!\n";
	my @all = map { "$folder/$_" } grep { !/^\./ } readdir $dh;

	return (grep { /\.md$/ } @all), map { pages($_) }
		grep { -d "$top/$_" && !-l "$top/$_" } @all;
}

sub page {
	my ($path) = @_;

	my ($folder) = $path =~ /^(.*)\//;
	my $text = contents($path);

	my $new = $text =~ s{\[([^\]]*)\]\((?!\w+:|\#)([^)\s\#]+)(\#[^)\s]*)?\)}
		{link_of($folder, $1, $2, $3 // '')}ger;

	return if $new eq $text;

	open my $fh, '>', "$top/$path" or die "$top/$path: $!\n";
	print {$fh} $new;
	close $fh or die "$top/$path: $!\n";
}

sub contents {
	my ($path) = @_;

	open my $fh, '<', "$top/$path" or die "$top/$path: $!\n";
	local $/;

	return <$fh>;
}

sub link_of {
	my ($folder, $text, $file, $anchor) = @_;

	my $source = "$folder/$file" =~ s/^\.\///r;

	1 while $source =~ s/(?:^|(?<=\/))(?!\.\.\/)[^\/]+\/\.\.\///;

	return "[$text]($file$anchor)" if -e "$top/$source";

	my $other = $instead{$source};

	return "[$other](" . $file =~ s/\Q$source\E$/$other/r . ")"
		if defined $other && -e "$top/$other";
	return "`$source` of the sources" if $text eq $source;

	return "$text (`$source` of the sources)";
}
