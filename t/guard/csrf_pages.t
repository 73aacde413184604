#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_csrf: the first token in pages that are put together from others, and
# that are read or sent in other ways.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Echo;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();

my $echo = ':<!--# echo var="session_csrf" -->:';
my $part = '<!--# include virtual="/part" -->';
my $wait = '<!--# include virtual="/up" wait="yes" -->';
my $up = '<!--# include virtual="/up" -->';
my $large = 'x' x 100000;

my %pages = (1 => "a$echo", 2 => "$part$echo", 3 => "$wait$echo$part",
	4 => "$echo$up", 5 => "$up<!--# include virtual='/none' -->$echo",
	6 => "a$up", 7 => "a$up$large");

$t->write_file($_, $pages{$_}) for keys %pages;
$t->write_file('part', 'part');

my $addition = $t->has('http_addition_module')
	? 'add_before_body /part; add_after_body /up;' : '';
my $threads = $t->has('threads') ? 'aio threads;' : '';

$t->write_conf(<<"EOF");
default_type  text/html;

session_manager app { %%MANAGER_app%% }

server {
    listen  127.0.0.1:%%PORT_0%%;

    session       app;
    session_csrf  on;
    ssi           on;

    location /          { alias %%TESTDIR%%/; }
    location /added/    { alias %%TESTDIR%%/; $addition }
    location /pieces/   { alias %%TESTDIR%%/; output_buffers 1 16; }
    location /threads/  { alias %%TESTDIR%%/; $threads }
    location /rate/     { alias %%TESTDIR%%/; limit_rate 1m; }
    location = /none    { return 404; }
    location = /up      { proxy_pass http://127.0.0.1:%%PORT_1%%; }
    location = /post    { return 204; }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&reflect);
$t->run();

###############################################################################

# the page of a later visit, which waits for nothing, has the same text

my $jar = cookie_jar();
http_get('/1', jar => $jar);

for my $uri (map { my $way = $_; map { "$way/$_" } sort keys %pages } '', '/added',
	'/pieces', '/threads', '/rate')
{
	my $first = http_get($uri);
	my $token = $first->body =~ /:([\w-]{48}):/ ? $1 : undef;
	my $cookie = $first->cookie('app');

	is($first->body =~ s/:[\w-]+:/::/r,
		http_get($uri, jar => $jar)->body =~ s/:[\w-]+:/::/r,
		"$uri is the same page");

	if ($uri =~ /[67]$/) {
		is($cookie, undef, "$uri: no session begins");
		next;
	}

	is(http_post('/post', '', header => 'X-CSRF-Token: ' . ($token // ''),
		cookie => 'app=' . ($cookie // ''))->status, 204,
		"$uri: the token is good");
}

done_testing();

###############################################################################
