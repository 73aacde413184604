package Test::Session::Page;

# Copyright (C) the ngx_http_session_module authors

# Pages of the documents (Markdown): headings, links, tables and examples.
#
# An example in ```nginx is a whole nginx.conf if it has a line "http {".  Else
# its statements are put where they belong: a part of session_manager where
# the example's section has that context, what declares something into http {},
# all others into a server.  What such an example leaves out is added: the
# manager "app", which is that of the page's first example if that is one, a
# server's listen, "session app", and the upstream "backend".

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use File::Find;

use Test::Session::Tree qw/ root text /;

our @EXPORT_OK = qw/ pages headings entries links links_of blocks examples conf
	whole /;

# of a block of nginx.conf: what stands between braces, and all that a brace
# or a semicolon may be hidden in

my $hidden = qr/"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|\#[^\n]*+|\\./;
my $braces = qr/(\{(?:[^{}"'#\\]++|$hidden|(?-1))*+\})/;

my $declares = qr/^(?:session_manager|session_variable|map|upstream|server
	|resolver|log_format|limit_req_zone|limit_conn_zone)\b/x;

###############################################################################

# all pages of the project, with their folder

sub pages {
	my @pages;

	find({ no_chdir => 1, preprocess => sub {
		return grep { !/^\.|^(?:build|node_modules)$/ } @_;
	}, wanted => sub {
		push @pages, s/^\Q${\ root()}\E\///r if /\.md$/;
	} }, root());

	return sort @pages;
}

# headings, in order: level, text, anchor as GitHub makes it, and the text of
# the section down to the next heading

sub headings {
	my ($page) = @_;

	my (@headings, %seen);
	my $code = 0;

	for (split /^/, text($page)) {
		$code = !$code if /^```/;

		if (!$code && /^(#+) (.*)$/) {
			my ($level, $text) = (length $1, $2);
			my $anchor = lc($text =~ s/\]\([^)]*\)//gr);

			$anchor =~ s/[^\w\- ]//g;
			$anchor =~ tr/ /-/;
			$anchor .= "-$seen{$anchor}" if $seen{$anchor}++;

			push @headings, { level => $level, text => $text,
				anchor => $anchor, section => '' };

		} elsif (@headings) {
			$headings[-1]{section} .= $_;
		}
	}

	return @headings;
}

# sections that begin with a table in nginx.org's form: name, syntax (a list),
# default, context, section

sub entries {
	my ($page) = @_;

	return map {
		my $name = $_->{text};
		my ($table, $rest) = $_->{section} =~ /^\n\| \| \|\n((?:\|[^\n]*\n)+)(.*)/s;
		my %row;
		my $word = '';

		for (split /\n/, $table // '') {
			my ($cell, $value) = /^\| *(\w*) \| (.*) \|$/ or next;
			$word = $cell if $cell ne '';
			push @{$row{$word}}, $value =~ s/\\\|/|/gr;
		}

		!$row{Syntax} ? () : { name => $name, section => $rest,
			syntax => $row{Syntax}, default => $row{Default}[0],
			context => $row{Context}[0] }
	} headings($page);
}

# where the links of a page lead

sub links {
	my ($page) = @_;

	return links_of(text($page));
}

# of its text

sub links_of {
	my ($text) = @_;

	return $text =~ s/^```.*?^```$//msgr =~ /\]\(([^)\s]+)\)/g;
}

###############################################################################

# what stands between ``` of a language: text and heading

sub blocks {
	my ($page, $language) = @_;

	return map {
		my $heading = $_;
		map { { page => $page, heading => $heading->{text}, text => $_ } }
			$heading->{section} =~ /^```\Q$language\E\n(.*?)^```$/msg
	} headings($page);
}

# examples of nginx.conf, each with what conf() needs to know

sub examples {
	my ($page) = @_;

	my @blocks = blocks($page, 'nginx');
	my %context = map { $_->{name} => $_->{context} } entries($page);
	my ($manager) = grep { /\A *session_manager app \{/
		&& (my @all = statements($_)) == 1 } map { $_->{text} } @blocks;

	$_->{manager} = $manager for @blocks;
	$_->{context} = $context{$_->{heading}} // '' for @blocks;

	return @blocks;
}

# its nginx.conf, with macros of Test::Session::Conf; made for each file of
# /etc that it names, $need is called with its path below the test's directory

sub conf {
	my ($example, $need) = @_;

	my $conf = $example->{text};

	$conf = $conf =~ /^http \{$/m ? whole($conf)
		: "%%TEST_GLOBALS%%\nevents { }\nhttp {\n%%TEST_GLOBALS_HTTP%%\n"
			. completed($example) . "}\n";

	$conf =~ s/\blisten +(?:443|80)\b/listen 127.0.0.1:%%PORT_0%%/g;

	$need->($_) for $conf =~ m!(?<=[\s=])/(etc/[^\s;]+)!g;
	$conf =~ s!(?<=[\s=])/(?=etc/)!%%TESTDIR%%/!g;

	return $conf;
}

# a whole nginx.conf, with what is a test's own

sub whole {
	my ($conf) = @_;

	$conf =~ s/^user .*\n//m;
	$conf =~ s/^(?:include .*modules-enabled|load_module ).*\n/%%TEST_GLOBALS%%\n/m;
	$conf =~ s/^http \{\n/http {\n%%TEST_GLOBALS_HTTP%%\n/m;

	return $conf;
}

sub completed {
	my ($example) = @_;

	my $text = $example->{text};
	my @all = statements($text);
	my $manager = $example->{manager} // 'session_manager app { }';
	my (@http, @server);

	if ($example->{context} eq 'session_manager'
		&& !grep { /^session_manager/ } @all)
	{
		$manager = "session_manager app {\n$text}";

	} else {
		push @{/$declares/ ? \@http : \@server}, $_ for @all;
	}

	unshift @http, $manager if !grep { /^session_manager app\b/ } @http;
	unshift @server, 'session app;'
		if @server && !grep { /^session\s/ } @server;
	push @http, "server {\n" . join("\n", @server) . "\n}" if @server;
	unshift @http, 'upstream backend { server 127.0.0.1:%%PORT_1%%; }'
		if $text =~ /http:\/\/backend;/ && !grep { /^upstream/ } @http;

	s/^server \{/server { listen 127.0.0.1:%%PORT_0%%;/
		for grep { !/\blisten\b/ } @http;
	s/^session_manager \w+ \{\K/needed($_)/e for @http;

	return join '', map { "$_\n" } @http;
}

# what each manager has to have, as far as it is not there

sub needed {
	my ($manager) = @_;

	return ($manager =~ /\bsecret_file\b/ ? ''
			: ' secret_file /etc/nginx/session.key;')
		. ($manager =~ /\bmemcached +\S/ ? '' : ' memcached 127.0.0.1:11211;');
}

# those of the outermost level

sub statements {
	my ($text) = @_;

	my @statements;

	$text =~ s/\A(?:\s++|\#[^\n]*+)*+//;

	while ($text =~ s/\A((?:[^;{}"'#\\]++|$hidden)*+(?:;|$braces))//) {
		push @statements, $1;
		$text =~ s/\A(?:\s++|\#[^\n]*+)*+//;
	}

	die "not of nginx.conf: $text\n" if $text ne '';

	return @statements;
}

###############################################################################

1;

###############################################################################
