#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: man.pl > ngx_http_session_module.7
#
# Makes the man page of docs/directives.md and docs/variables.md.  It knows the
# Markdown that stands there: headings, paragraphs, lists, tables, ``` and, in
# text, `code`, **bold** and links.  A table becomes a list: the first column
# has the tags; of more than two columns each cell has the head of its column.
# What it does not know, such as a character that is not ASCII and not in the
# list below, is an error.  It needs no more than Debian's perl-base.

###############################################################################

use warnings;
use strict;
use utf8;

use constant WIDTH => 78;	# of a line of the source: mandoc complains at 80

my $name = 'ngx_http_session_module';

my %characters = (
	'…' => '...', '—' => '\\(em', '×' => '\\(mu', '±' => '\\[+-]',
	'−' => '\\-', '⁵³' => '^53',
);

my $known = join '|', map { quotemeta } sort keys %characters;
my @lines;

###############################################################################

my $top = $0 =~ s/[^\/]*$/../r;
my ($version) = text('src/http/ngx_http_session_version.h')
	=~ /_VERSION  "(.*)"$/m;
my ($day, $month, $year) = text('debian/changelog')
	=~ /^ -- .*, (\d\d) (\w\w\w) (\d{4}) /m;
my $number = 1 + index('JanFebMarAprMayJunJulAugSepOctNovDec', $month) / 3;

put(sprintf '.TH %s 7 %d-%02d-%02d "%s %s" nginx', uc $name, $year, $number,
	$day, $name, $version);

# groff 1.23 sets what it adjusts back to AD at each tag, 1.22 knows no AD

put('.nh', '.ad l', '.ds AD l');
section('SH', 'NAME');
put("$name \\- sessions in memcached for nginx");
section('SH', 'SYNOPSIS');
put("\\fBload_module modules/$name.so;\\fR");
page($_) for qw! docs/directives.md docs/variables.md !;
section('SH', 'SEE ALSO');
put('.BR nginx (8),', '.BR memcached (1)', '.PP',
	filled("The module's other documents: limits, failures, a guide, security."
		. ' Debian has them in `/usr/share/doc/libnginx-mod-http-session`.'));

die "$name: not ASCII: $_\n" for grep { /[^ -~]/ } @lines;
print map { "$_\n" } @lines;

###############################################################################

sub page {
	my ($file) = @_;

	my $text = text($file);

	# each of these takes what it is about from the beginning of the text

	while ($text ne '') {
		if ($text =~ s/\A\n+//) {
			next;

		} elsif ($text =~ s/\A(#+) (.*)\n//) {
			heading(length $1, $2);

		} elsif ($text =~ s/\A```\w+\n(.*?)^```\n//ms) {
			code($1);

		} elsif ($text =~ s/\A((?:\|.*\n)+)//) {
			table(map { row($_) } split /\n/, $1);

		} elsif ($text =~ s/\A(\*|\d+\.) +(.*\n(?: +\S.*\n)*)//) {
			put(".IP " . ($1 eq '*' ? '\\(bu' : $1) . ' 4', filled($2));

		} elsif ($text =~ s/\A((?:(?!```|\||\* ).+\n)+)//) {
			put('.PP', filled($1));

		} else {
			die "$file: not known: $text\n";
		}
	}
}

sub heading {
	my ($level, $text) = @_;

	return section('SH', uc $text) if $level <= 2;
	return section('SS', $text) if $level == 3;

	put('.PP', '\\fB' . escaped($text) . '\\fR');
}

sub section {
	my ($macro, $text) = @_;

	put(".$macro " . escaped($text));
}

sub code {
	my ($code) = @_;

	put('.PP', '.in +4n', '.nf',
		map({ begun(literal($_)) } split /\n/, $code =~ s/\t/    /gr),
		'.fi', '.in');
}

# the cells of a line

sub row {
	my ($line) = @_;

	return [ map { s/\\\|/|/gr =~ s/^ +| +$//gr }
		split /(?<!\\)\|/, $line =~ s/^\||\|$//gr ];
}

sub table {
	my ($head, undef, @rows) = @_;

	for my $row (@rows) {
		my ($tag, @cells) = @$row;
		my $label = $tag =~ /^(?:Syntax|Default|Context)$/;

		put('.PD 0') if $tag eq 'Default';
		put($tag eq '' ? '.br' : ('.TP' . ($label ? ' 10' : ''),
			begun(inline($label ? "$tag:" : $tag))));

		for my $i (0 .. $#cells) {
			put('.br') if $i > 0;
			put(filled(@cells > 1 ? "$head->[$i + 1]: $cells[$i]"
				: $cells[$i]));
		}

		put('.PD') if $tag eq 'Context';
	}
}

###############################################################################

# Lines of the page.  A paragraph is not told behind the head of a section, and
# what stands behind a list's item begins a paragraph by itself.

sub put {
	my (@new) = @_;

	shift @new if $new[0] eq '.PP' && $lines[-1] =~ /^\.S[HS] /;

	push @lines, @new;
}

# text of a page as lines of its own

sub filled {
	my ($text) = @_;

	my @filled = ('');

	for my $word (split ' ', inline(join ' ', split ' ', $text)) {
		push @filled, '' if length("$filled[-1] $word") > WIDTH;
		$filled[-1] .= $filled[-1] eq '' ? $word : " $word";
	}

	return map { begun($_) } grep { $_ ne '' } @filled;
}

# a line that is no request, whatever it begins with

sub begun {
	my ($line) = @_;

	return $line =~ s/^(?=[.'])/\\&/r;
}

sub inline {
	my ($text) = @_;

	my $made = '';

	while ($text =~ /\G(?:`([^`]+)`|\*\*(.+?)\*\*|\[([^\]]+)\]\([^)\s]+\)
		|([^`*\[]+|.))/gsx)
	{
		$made .= defined $1 ? '\\fB' . literal($1) . '\\fR'
			: defined $2 ? '\\fB' . inline($2) =~ s/\\fR/\\fB/gr . '\\fR'
			: defined $3 ? inline($3) : escaped($4);
	}

	return $made;
}

# what is to be copied from the page

sub literal {
	my ($text) = @_;

	return escaped($text) =~ s/-/\\-/gr =~ s/'/\\(aq/gr =~ s/`/\\(ga/gr
		=~ s/\^/\\(ha/gr =~ s/~/\\(ti/gr;
}

sub escaped {
	my ($text) = @_;

	return $text =~ s/\\/\\e/gr =~ s/($known)/$characters{$1}/gr;
}

sub text {
	my ($file) = @_;

	open my $fh, '<:utf8', "$top/$file" or die "$file: $!\n";
	local $/;
	return scalar <$fh>;
}

###############################################################################
