#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The module as nginx sees it: the symbols that it exports, and the places of
# its two parts among the other modules.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new()->plan(3);
my $module = $t->module();

# what nginx looks up by dlsym(), and what these tables name; a static nginx
# exports all of its own symbols for the modules that it loads

my @tables = $module eq '' ? ()
	: qw/ ngx_module_names ngx_module_order ngx_modules /;

my @symbols = exported($module || $t->binary());
@symbols = grep { /^(?:nsess|ngx_session|ngx_http_session)/ } @symbols
	if $module eq '';

is_deeply(\@symbols, [ qw/ ngx_http_session_filter_module
	ngx_http_session_module /, @tables ], 'exported symbols');

# filters run in reverse order of the list, and so do phase handlers

my @order = module_order();
my ($filter) = grep { $order[$_] eq 'ngx_http_session_filter_module' }
	0 .. $#order;

is($order[$filter + 1], 'ngx_http_range_header_filter_module',
	'filter above the chunked and header filters, below all others');
is((grep { /^ngx_http_/ } @order)[-1], 'ngx_http_session_module',
	'phase handlers run first');

###############################################################################

sub exported {
	my ($file) = @_;

	# AddressSanitizer adds a symbol for each of them, gcov some of its own

	return sort grep { !/^(?:__odr_asan\.|__gcov_|mangle_path$)/ }
		map { (split ' ')[2] =~ s/@.*//r } `nm -D --defined-only $file`;
}

# The list of modules, as nginx makes it when it loads one (in
# ngx_add_module()): before the first module that is named behind it in its
# order list, else at the end.

sub module_order {
	my $objs = $t->build() . '/objs';

	my @order = table("$objs/ngx_modules.c", 'ngx_module_names');
	return @order if $module eq '';

	my $loaded = "$objs/ngx_http_session_module_modules.c";
	my @list = table($loaded, 'ngx_module_order');

	for my $name (table($loaded, 'ngx_module_names')) {
		my @rest = @list;
		1 while @rest && shift @rest ne $name;

		my ($before) = grep { my $m = $order[$_];
			grep { $_ eq $m } @rest } 0 .. $#order;

		splice(@order, $before // @order, 0, $name);
	}

	return @order;
}

sub table {
	my ($file, $name) = @_;

	open my $fh, '<', $file or die "$file: $!\n";
	my $text = do { local $/; <$fh> };
	close $fh;

	my ($list) = $text =~ /\Q$name\E\[\] = \{(.*?)NULL/s;

	return $list =~ /"(\w+)"/g;
}

###############################################################################
