#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/directives.md and docs/variables.md have each directive, variable and
# header of the source, and no other; docs/failures.md has messages that are
# there.

###############################################################################

use warnings;
use strict;

use File::Find;
use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib", "$FindBin::Bin/../tools";
use CSource qw/ read_file strings /;
use Test::Session::Page qw/ entries headings /;
use Test::Session::Tree qw/ root text /;

###############################################################################

# of a message, what says something
use constant LEAST => 6;

# flags of a command, and the context that they are

my @contexts = (
	[ qr/\bNGX_HTTP_MAIN_CONF\b/ => 'http' ],
	[ qr/\bNGX_HTTP_SRV_CONF\b/ => 'server' ],
	[ qr/\bNGX_HTTP_LOC_CONF\b/ => 'location' ],
	[ qr/\bNGX_HTTP_SESSION_MANAGER_CONF\b/ => 'session_manager' ],
);

###############################################################################

# directives

my %source = text('src/http/module/ngx_http_session_commands.c')
	=~ /\{ ngx_string\("(\w+)"\),\s+(NGX_HTTP[\w|\s]+),/g;
my @entries = entries('docs/directives.md');
my @names = map { $_->{name} } @entries;

cmp_ok(scalar keys %source, '>', 50, 'there are directives');
is_deeply([ sort @names ], [ sort keys %source ], 'each has a section');
is_deeply(\@names, [ sort @names ], 'in alphabetical order');

for my $entry (@entries) {
	my $name = $entry->{name};
	my $context = join ', ', map { ($source{$name} // '') =~ $_->[0]
		? $_->[1] : () } @contexts;

	is($entry->{context}, $context, "$name: its context is that of the source");
	ok(defined $entry->{default}, "$name: it has a default");
	is(scalar(grep { !/^`\Q$name\E(?:;| )/ } @{$entry->{syntax}}), 0,
		"$name: its syntax begins with it");
	like($entry->{section}, qr/^```nginx\n(?:.*\n)*? *\Q$name\E\b/m,
		"$name: it has an example");
}

# variables

my @registered = text('src/http/module/ngx_http_session_variables.c')
	=~ /\{ ngx_string\("(\w+)"\), NULL,/g;
my @headings = headings('docs/variables.md');
my @variables = named(qr/^\$/);

cmp_ok(scalar @registered, '>', 10, 'there are variables');
is_deeply([ sort @variables ], [ sort map { "\$$_" }
	grep { $_ ne 'session_meta_' } map { s/^session_$/session_KEY/r }
	@registered ], 'each has a section');

# headers

my ($forms) = text('src/nsess/web/nsess_upstream_header.c')
	=~ /nsess_upstream_forms\[\] = \{(.*?)^\};/ms;

is_deeply([ named(qr/^X-Session-/) ], [ sort map { "X-Session-\u$_" }
	$forms =~ /^    \{ nsess_string\("(\w+)"\)/mg ],
	'each header of an upstream has a section');

my @groups = ([]);

for (@headings) {
	push @groups, [] if $_->{level} < 3;
	push @{$groups[-1]}, $_->{text} if $_->{level} == 3;
}

for my $group (grep { @$_ } @groups) {
	is_deeply($group, [ sort { lc $a cmp lc $b } @$group ],
		"in alphabetical order: $group->[0] to $group->[-1]");
}

for (grep { $_->{level} == 3 } @headings) {
	like($_->{section}, qr/^```|^\| value/m, "$_->{text}: it has an example");
}

# messages

my $said = '';

find({ no_chdir => 1, wanted => sub {
	$said .= join "\n", map { $_->[1] } strings(read_file($_)) if /\.c$/;
} }, root() . '/src');

my @rows = map { $_->{section} =~ /^\| the error log \| (.*) \|$/mg }
	headings('docs/failures.md');

cmp_ok(scalar @rows, '>', 20, 'there are failures');

for my $message (map { /`([^`]+)`/g } @rows) {
	for my $part (grep { length >= LEAST } map { s/^[\s,]+|[\s,]+$//gr }
		split /…|"[^"]*"|: /, $message)
	{
		ok($said =~ /\Q$part\E/, "it can be said: $part");
	}
}

# of a page

cmp_ok(text('README.md') =~ tr/\n//, '<=', 150, 'README is short');

done_testing();

###############################################################################

# headings of docs/variables.md

sub named {
	my ($pattern) = @_;

	return grep { /$pattern/ } map { $_->{text} } @headings;
}

###############################################################################
