#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# usage: layers.pl [-v] [-a ALLOWED] DIRECTORY
#
# Looks at the sources of all folders below, and prints and fails when
#
#   - a folder uses one that it may not use (%uses below): a line includes a
#     header from there, or names a function or an object that is defined there;
#   - functions of several files call each other in a circle;
#   - a file includes a header and uses no name that the header declares;
#   - a header is longer than 150 lines;
#   - a source names what belongs to a higher ring, or a library that is not
#     its own (@words below);
#   - a file of ring 0 does not compile alone;
#   - a file of the other rings does not begin with nginx, which sets libc's
#     feature macros.
#
#     ring 0  nsess*               C99, libc, and in files of their own:
#                                  libcrypto, libuuid, zlib, the compiler's
#                                  SSE2 and SSSE3
#     ring 1  ngx_session_*        ring 0, nginx's core and event; libmemcached
#                                  in one file
#     ring 2  ngx_http_session_*   all of these
#
# The file ALLOWED lists what was so when a check was new, and may stay: see
# Report.pm.  -v prints what it allows, too.

###############################################################################

use warnings;
use strict;

use File::Find;
use FindBin;
use Getopt::Std;

use lib $FindBin::Bin;
use CSource qw/ code read_file /;
use Report;

use constant HEADER_LINES => 150;

# Which other folders a folder may use.  A name with a file at its end stands
# for that file and its header alone.

my @ring0 = map { "nsess/$_" } qw/ base sign web record pickle tornado wire /;
my @ring1 = ('store', @ring0);

my %uses = (
	'nsess/base' => [ ],
	'nsess/sign' => [ 'nsess/base' ],
	'nsess/web' => [ 'nsess/base' ],
	'nsess/wire' => [ 'nsess/base' ],
	'nsess/record' => [ qw! nsess/base nsess/sign ! ],
	'nsess/pickle' => [ qw! nsess/base nsess/sign nsess/record ! ],
	'nsess/tornado' => [ qw! nsess/base nsess/sign nsess/web nsess/wire ! ],

	# the table of kinds of stores

	'store' => [ @ring0, 'store/memcached/ngx_session_mc' ],
	'store/memcached' => [ @ring1 ],

	'http' => [ @ring1 ],
	'http/conf' => [ @ring1, qw! http http/profile ! ],
	'http/profile' => [ @ring1, qw! http http/conf ! ],
	'http/status' => [ @ring1, qw! http http/conf ! ],
	'http/session' => [ @ring1, qw! http http/conf http/profile ! ],
	'http/save' => [ @ring1, qw! http http/conf http/profile http/session ! ],
	'http/upstream' => [ @ring1, qw! http http/conf http/profile
		http/session ! ],
	'http/watch' => [ @ring1, qw! http http/conf http/profile http/session ! ],

	# the access phase also prepares the request for the upstream

	'http/guard' => [ @ring1, qw! http http/conf http/profile http/session
		http/upstream ! ],

	# the filter hears the upstream, and starts the watch

	'http/answer' => [ @ring1, qw! http http/conf http/profile http/session
		http/save http/guard http/upstream http/watch ! ],
	'http/module' => [ @ring1, map { "http$_" } '', qw! /conf /profile /status
		/session /save /upstream /watch /guard /answer ! ],
);

# words that belong to some files alone: why, words, where they are looked for,
# and the files that may have them

my @words = (
	[ 'ring 0 uses nginx', qr/\bngx_/, qr/^nsess/, qr/^$/ ],
	[ 'ring 0 includes what is not its own',
		qr/^#\s*include\s*"(?!nsess)/, qr/^nsess/, qr/^$/ ],
	[ 'ring 1 uses ring 2, or HTTP', qr/ngx_http_[a-z]/, qr/^ngx_session/,
		qr/^$/ ],
	[ 'only nsess_sha256*.c and nsess_hmac.c use libcrypto',
		qr/^#\s*include\s*<openssl\//, qr/^/,
		qr/^nsess_(?:sha256(?:_block)?|hmac)\.c$/ ],
	[ 'only nsess_crypto.c uses libuuid',
		qr/^#\s*include\s*<uuid\//, qr/^/, qr/^nsess_crypto\.c$/ ],
	[ 'only nsess_inflate.c uses zlib',
		qr/^#\s*include\s*<zlib\.h>/, qr/^/, qr/^nsess_inflate\.c$/ ],
	[ 'only the table of directives names a store', qr/memcached/i,
		qr/^ngx_http/, qr/^ngx_http_session_commands\.c$/ ],
	[ 'only ngx_session_mc_hash.c uses libmemcached',
		qr/^#\s*include\s*<(?:libmemcached|libhashkit)/, qr/^/,
		qr/^ngx_session_mc_hash\.c$/ ],
	[ 'only ngx_http_session_compat looks at nginx_version',
		qr/nginx_version|NGINX_VERSION/, qr/^/,
		qr/^ngx_http_session_compat\.[ch]$/ ],
	[ 'only ngx_session_limit.c logs at run time: see its header',
		qr/ngx_log_error\((?!NGX_LOG_EMERG)/, qr/^ngx_/,
		qr/^ngx_session_limit\.c$/ ],
);

my $libc = qr/<(?:assert|ctype|errno|float|inttypes|limits|math|stdarg|stddef
	|stdint|stdio|stdlib|string|time)\.h>/x;

my %libraries = (
	'nsess_crypto.c' => qr/<uuid\/|<sys\/random\.h>/,
	'nsess_hmac.c' => qr/<openssl\//,
	'nsess_sha256.c' => qr/<openssl\//,
	'nsess_sha256_block.c' => qr/<openssl\//,
	'nsess_base64url_ssse3.c' => qr/<tmmintrin\.h>/,
	'nsess_inflate.c' => qr/<zlib\.h>/,
	'nsess_json_flat.c' => qr/<immintrin\.h>/,
	'nsess_json_plain.h' => qr/<emmintrin\.h>/,
);

my %files;          # basename => { folder, path, text, code }

###############################################################################

my %options;

getopts('va:', \%options) && @ARGV == 1
	or die "usage: layers.pl [-v] [-a ALLOWED] DIRECTORY\n";

read_allowed($options{a}, $options{v});
chdir $ARGV[0] or die "$ARGV[0]: $!\n";

read_sources();

check_words($_) for sort keys %files;
check_libraries($_) for grep { /^nsess/ } sort keys %files;
compile($_) for grep { /^nsess.*\.c$/ } sort keys %files;
check_first($_) for grep { /^ngx_/ } sort keys %files;

my $defined = definitions();
my $references = references($defined);

check_folders($references);
check_circles($references);
check_includes();
check_lengths();

exit(finish());

###############################################################################

# files, and what they define and use

sub read_sources {
	my @paths;

	find({ no_chdir => 1, wanted => sub {
		push @paths, s/^\.\///r if /\.[ch]$/;
	} }, '.');

	for my $path (sort @paths) {
		my ($folder, $name) = $path =~ /^(?:(.*)\/)?([^\/]*)$/;
		my $prefix = $path =~ /^nsess\// ? qr/nsess[_.]/
			: $path =~ /^store\// ? qr/ngx_session_/
			: $path =~ /^http\// ? qr/ngx_http_session[_.]/ : qr/$^/;

		complain("$path: its name does not belong to its folder")
			if $name !~ /^$prefix/;
		complain("$path: %uses in layers.pl does not have its folder")
			if !$uses{$folder // ''};
		complain("$path: $files{$name}{folder} has a file of that name, too")
			if $files{$name};

		my $text = read_file($path);

		$files{$name} = { folder => $folder // '', path => $path,
			text => $text, code => code($text) };
	}
}

# functions and objects that other files can use: name => file

sub definitions {
	my %defined;

	for my $name (grep { /\.c$/ } keys %files) {
		my $before = '';

		for my $line (split /\n/, $files{$name}{code}) {
			if ($line =~ /^(\w+)\(/) {
				my $function = $1;
				$defined{$function} = $name
					if $before =~ /^(?!static\b)\w[\w *]*$/;

			} elsif ($line =~ /^(?!static\b|extern\b|typedef\b|return\b)
				\w[\w\s*]*?\b(\w+)(?:\[[^\]]*\])*\s*[=;]/x)
			{
				# a module's name tells whose context or configuration is
				# meant: no use of the file that has the module

				$defined{$1} = $name if $line !~ /^ngx_module_t\b/;
			}

			$before = $line if $line =~ /\S/;
		}
	}

	return \%defined;
}

# which names of another file a file uses: file => { file => { name => line } }

sub references {
	my ($defined) = @_;

	my %references;
	my $bodies = header_bodies();

	for my $name (grep { /\.c$/ } keys %files) {
		my %seen;

		each_word($files{$name}{code}, sub {
			my ($word, $line) = @_;

			for my $used (expand($word, $bodies, {})) {
				my $home = $defined->{$used} // next;
				next if $home eq $name || $seen{$used}++;

				$references{$name}{$home}{$used} = $line;
			}
		});
	}

	return \%references;
}

sub each_word {
	my ($code, $handler) = @_;

	my $n = 0;

	for my $line (split /\n/, $code) {
		$n++;

		next if $line =~ /^\s*#\s*include/;

		# not the members of structures

		$handler->($1, $n) while $line =~ /(?<![\w.])(?<!->)([A-Za-z_]\w*)/g;
	}
}

# macros and functions whose body stands in a header: name => words

sub header_bodies {
	my %bodies;

	for my $file (map { $files{$_} } grep { /\.h$/ } keys %files) {
		my $code = $file->{code} =~ s/\\\n/ /gr;

		while ($code =~ /^#\s*define\s+(\w+)(.*)$/mg) {
			my ($name, $body) = ($1, $2);
			each_word($body, sub { push @{$bodies{$name}}, $_[0] });
		}

		while ($code =~ /^(\w+)\([^{};]*\)\n(\{.*?^\})/msg) {
			my ($name, $body) = ($1, $2);
			each_word($body, sub { push @{$bodies{$name}}, $_[0] });
		}
	}

	return \%bodies;
}

sub expand {
	my ($word, $bodies, $seen) = @_;

	return () if $seen->{$word}++;
	return ($word) if !$bodies->{$word};
	return map { expand($_, $bodies, $seen) } @{$bodies->{$word}};
}

sub includes {
	my ($name) = @_;

	my @lines = split /\n/, $files{$name}{text};

	return map { $lines[$_] =~ /^#\s*include\s*"([^"]+)"/
		? [ $1, $_ + 1 ] : () } 0 .. $#lines;
}

###############################################################################

# folders

sub check_folders {
	my ($references) = @_;

	for my $name (sort keys %files) {
		my %found;

		for my $include (includes($name)) {
			my ($header, $line) = @$include;

			$found{$files{$header}{folder}}{qq/"$header"/} = $line
				if $files{$header} && !may_use($name, $header);
		}

		for my $other (keys %{$references->{$name} // {}}) {
			next if may_use($name, $other);

			my $words = $references->{$name}{$other};
			$found{$files{$other}{folder}}{$_} = $words->{$_} for keys %$words;
		}

		for my $folder (sort keys %found) {
			my $words = $found{$folder};
			my @words = sort { $words->{$a} <=> $words->{$b} } keys %$words;

			complain_unless("$files{$name}{path}:$words->{$words[0]}: "
				. "$files{$name}{folder} may not use $folder: "
				. join(', ', @words), "folder $name -> $folder");
		}
	}
}

sub may_use {
	my ($name, $other) = @_;

	my ($from, $to) = map { $files{$_}{folder} } $name, $other;
	my $file = "$to/" . $other =~ s/\.[ch]$//r;

	return $from eq $to
		|| grep { $_ eq $to || $_ eq $file } @{$uses{$from} // []};
}

###############################################################################

# circles of files: where a folder uses one that it may not, that is the fault

sub check_circles {
	my ($references) = @_;

	my %graph;

	for my $name (keys %$references) {
		$graph{$name} = [ sort grep { may_use($name, $_) }
			keys %{$references->{$name}} ];
	}

	for my $circle (circles(\%graph)) {
		my %inside = map { $_ => 1 } @$circle;
		my @calls;

		for my $name (@$circle) {
			for my $other (grep { $inside{$_} } @{$graph{$name}}) {
				push @calls, "    $name -> $other: " . join ', ',
					sort keys %{$references->{$name}{$other}};
			}
		}

		complain_unless(@$circle . " files call each other in a circle:\n"
			. join("\n", @calls), map { "circle $_" } @$circle);
	}
}

# Tarjan's strongly connected components, those of more than one file

sub circles {
	my ($graph) = @_;

	my (@circles, @stack, %index, %low, %on_stack);
	my $visit;

	$visit = sub {
		my ($name) = @_;

		$index{$name} = $low{$name} = keys %index;
		push @stack, $name;
		$on_stack{$name} = 1;

		for my $other (@{$graph->{$name} // []}) {
			if (!defined $index{$other}) {
				$visit->($other);
				$low{$name} = $low{$other} if $low{$other} < $low{$name};

			} elsif ($on_stack{$other} && $index{$other} < $low{$name}) {
				$low{$name} = $index{$other};
			}
		}

		return if $low{$name} != $index{$name};

		my @circle;

		do {
			push @circle, pop @stack;
			delete $on_stack{$circle[-1]};
		} while $circle[-1] ne $name;

		push @circles, [ sort @circle ] if @circle > 1;
	};

	for my $name (sort keys %$graph) {
		$visit->($name) if !defined $index{$name};
	}

	return @circles;
}

###############################################################################

# headers

sub check_includes {
	my %declared = map { $_ => declarations($files{$_}{code}) }
		grep { /\.h$/ } keys %files;

	for my $name (sort keys %files) {
		my %words;
		each_word($files{$name}{code}, sub { $words{$_[0]} = 1 });

		my %members = map { $_ => 1 }
			$files{$name}{code} =~ /(?:\.|->)\s*(\w+)/g;

		for my $include (includes($name)) {
			my ($header, $line) = @$include;
			my $declared = $declared{$header} // next;

			# it stands for nginx's own headers, too

			next if $header eq 'ngx_http_session.h';

			next if grep { $words{$_} } keys %{$declared->{names}};
			next if grep { $members{$_} } keys %{$declared->{members}};

			complain_unless("$files{$name}{path}:$line: it uses no name of "
				. $header, "unused $name -> $header");
		}
	}
}

sub check_lengths {
	for my $name (grep { /\.h$/ } sort keys %files) {
		my $lines = $files{$name}{text} =~ tr/\n//;

		complain_unless("$files{$name}{path}: $lines lines, a header may have "
			. HEADER_LINES, "long $name") if $lines > HEADER_LINES;
	}
}

# what a header declares: names, and members of structures

sub declarations {
	my ($code) = @_;

	$code =~ s/\\\n/ /g;

	my %names = map { $_ => 1 } grep { !/_H_INCLUDED_$/ }
		$code =~ /^#\s*define\s+(\w+)/mg;
	my %members;

	for my $statement (statements($code =~ s/^\s*#.*$//mgr)) {
		my ($head, $body, $tail)
			= $statement =~ /^([^{]*)(?:\{(.*)\}([^}]*))?$/s;

		if ($head =~ /\benum\b/ && defined $body) {
			$names{$_} = 1 for $body =~ /(?:^|,)\s*(\w+)/g;
			$names{$_} = 1 for $tail =~ /(\w+)/g;

		} elsif ($head =~ /\b(?:struct|union)\s*(\w*)\s*$/ && defined $body) {
			my $tag = $1;

			$names{$tag} = $names{$tag =~ s/_s$/_t/r} = 1 if $tag ne '';
			$names{$_} = 1 for $tail =~ /(\w+)/g;
			$members{$_} = 1
				for $body =~ /(\w+)\s*(?:\[[^\]]*\]\s*|:\s*\w+\s*)*[;,]/g;
			$members{$_} = 1 for $body =~ /\(\*(\w+)\)/g;

		} elsif ($head =~ /\(\s*\*\s*(\w+)\s*\)\s*\(/) {
			$names{$1} = 1;

		} elsif ($head =~ /(\w+)\s*\(/) {
			$names{$1} = 1;

		} elsif ($head =~ /(\w+)\s*(?:\[[^\]]*\]\s*)*(?:=.*)?$/s) {
			$names{$1} = 1;
		}
	}

	return { names => \%names, members => \%members };
}

# at the top level; a function's body ends one, too

sub statements {
	my ($code) = @_;

	my @statements = ('');
	my $depth = 0;

	for my $token ($code =~ /[{};]|[^{};]+/g) {
		$depth++ if $token eq '{';
		$depth-- if $token eq '}';

		if ($token eq ';' && $depth == 0) {
			push @statements, '';
			next;
		}

		$statements[-1] .= $token;

		push @statements, ''
			if $token eq '}' && $depth == 0
				&& $statements[-1] =~ /^[^{]*\)\s*\{/;
	}

	return grep { /\S/ } @statements;
}

###############################################################################

# words, libraries and the compiler

sub check_words {
	my ($name) = @_;

	my $file = $files{$name};
	my @lines = split /\n/, $file->{code};

	for my $rule (@words) {
		my ($why, $words, $where, $but) = @$rule;

		next if $name !~ $where || $name =~ $but;

		for my $i (grep { $lines[$_] =~ $words } 0 .. $#lines) {
			complain("$file->{path}:" . ($i + 1) . ": $why");
		}
	}
}

sub check_libraries {
	my ($name) = @_;

	my $file = $files{$name};
	my @lines = split /\n/, $file->{code};

	for my $i (grep { $lines[$_] =~ /^#\s*include\s*</ } 0 .. $#lines) {
		next if $lines[$i] =~ $libc;
		next if $libraries{$name} && $lines[$i] =~ $libraries{$name};

		complain("$file->{path}:" . ($i + 1)
			. ': ring 0 includes a header that is not of libc');
	}
}

sub compile {
	my ($name) = @_;

	my %folders = map { $files{$_}{folder} => 1 } grep { /^nsess/ } keys %files;

	system($ENV{CC} // 'gcc', qw( -std=c99 -pedantic -Wall -Wextra -Werror -O2
		-c -o /dev/null ), (map { "-I$_" } sort keys %folders),
		$files{$name}{path}) == 0
		or complain("$files{$name}{path}: does not compile alone, ring 0 must");
}

sub check_first {
	my ($name) = @_;

	my ($first) = $files{$name}{text} =~ /^#\s*include\s*(.*)$/m;

	complain("$files{$name}{path}: nginx is not the first that it includes")
		if defined $first && $first !~ /^[<"]ngx_/;
}

###############################################################################
