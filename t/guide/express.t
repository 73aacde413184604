#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/express.md

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;
use Test::Session::Site;

###############################################################################

my $page = Test::Session::Guide->new('express');

$ENV{NODE_PATH} = $page->t()->build() . '/npm/node_modules';

$page->program('127.0.0.1:3000', 'js', 'app.js', qw/ node app.js /);
$page->run();

site_works($page);

# a POST without a form, which Express 5 gives no "req.body"

my $eve = $page->browser();
my ($token) = $eve->get('/login')->body() =~ /name="csrf_token" value="([^"]+)"/;

is($eve->get('/login', '-X', 'POST', '-H', "X-CSRF-Token: $token")->status(),
	422, 'a login without a body');

done_testing();

###############################################################################
