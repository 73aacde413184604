#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: variant.pl [-l] ROOT [DIRECTORY]
#
# Makes a variant of the module's source in DIRECTORY: the source of ROOT, the
# files of t/variant, and the rows that these need elsewhere.  So the tests have
# a store and a profile of their own, and the list of rows shows what a new one
# touches.  -l prints that list instead: a line for each file of rows, with the
# files of src that are new or changed.
#
#     t/variant/ngx_session_*.c        goes to src/store
#     t/variant/ngx_http_session_*.c   goes to src/http/profile
#     t/variant/nsess_*.c              goes to src/nsess/record
#     t/variant/NAME.rows              the rows; the first word in quotes is the
#                                      end of their files' names
#
# A file of rows has blocks with blank lines between them: the file in ROOT,
# "before: " or "after: " with a line of it, which must be there exactly once,
# and the lines to insert.  Lines that begin with "#" outside of blocks count
# for nothing.

###############################################################################

use warnings;
use strict;

use File::Basename qw/ basename dirname /;
use File::Find;
use File::Path qw/ make_path /;
use FindBin;
use Getopt::Std;

use lib $FindBin::Bin;
use CSource qw/ read_file /;

my %folders = (
	qr/^ngx_http_session_/ => 'src/http/profile',
	qr/^ngx_session_/ => 'src/store',
	qr/^nsess_/ => 'src/nsess/record',
);

my %options;

getopts('l', \%options) && @ARGV >= 1
	or die "usage: variant.pl [-l] ROOT [DIRECTORY]\n";

my ($root, $out) = @ARGV;
my @rows = map { rows($_) } sort glob "$root/t/variant/*.rows";
my %added = map { folder($_) . '/' . basename($_) => $_ }
	glob "$root/t/variant/*.[ch]";

if ($options{l}) {
	print list();
	exit;
}

my %sources = (config => read_file("$root/config"), %{tree()});

$sources{$_} = read_file($added{$_}) for keys %added;
$_->{insert}->() for @rows;
write_tree();

###############################################################################

sub rows {
	my ($path) = @_;

	my @blocks;

	for my $block (split /\n{2,}/, read_file($path)) {
		next if $block =~ /\A(?:#.*\n?)*\z/;

		my ($file, $where, $line, $text)
			= $block =~ /\A(\S+)\n(before|after): ([^\n]*)\n(.*)\z/s
			or die "$path: not a block: $block\n";
		$text =~ s/\n*\z/\n/;

		push @blocks, { path => $path, file => $file,
			insert => sub { insert($path, $file, $where, $line, $text) } };
	}

	return @blocks;
}

sub insert {
	my ($path, $file, $where, $line, $text) = @_;

	die "$path: $file is not there\n" if !defined $sources{$file};

	my $n = () = $sources{$file} =~ /^\Q$line\E\n/mg;
	die "$path: $n lines \"$line\" in $file\n" if $n != 1;

	$sources{$file} =~ s/^(\Q$line\E\n)/
		$where eq 'before' ? "$text\n$1" : "$1$text"/me;
}

sub list {
	my %files;

	for my $row (@rows) {
		my ($name) = $row->{path} =~ /(\w+)\.rows$/;

		$files{$name}{$row->{file}} = 1;
	}

	# the files of a kind have its name in theirs

	for my $name (keys %files) {
		my ($stem) = read_file("$root/t/variant/$name.rows") =~ /"(\w+)"/;

		$files{$name}{$_} = 1 for grep { /_\Q$stem\E(?:_\w+)?\.[ch]$/ }
			keys %added;
	}

	return map { "$_: " . join(' ', sort keys %{$files{$_}}) . "\n" }
		sort keys %files;
}

sub folder {
	my $name = basename($_[0]);

	for (keys %folders) {
		return $folders{$_} if $name =~ $_;
	}

	die "$name: it is not known where this file belongs\n";
}

sub tree {
	my %tree;

	find({ no_chdir => 1, wanted => sub {
		return if !/\.[ch]$/;
		$tree{substr $_, length("$root/")} = read_file($_);
	} }, "$root/src");

	return \%tree;
}

# what did not change keeps its time

sub write_tree {
	find({ no_chdir => 1, wanted => sub {
		my $name = substr $_, length("$out/");
		unlink $_ if -f && !defined $sources{$name};
	} }, "$out/src") if -d "$out/src";

	for my $name (keys %sources) {
		my $path = "$out/$name";

		next if -e $path && read_file($path) eq $sources{$name};

		make_path(dirname($path));
		open my $fh, '>:raw', $path or die "cannot create $path: $!\n";
		print $fh $sources{$name};
		close $fh or die "cannot write $path: $!\n";
	}
}

###############################################################################
