#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/express.md, with Express 5 of npm

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

done_testing();

###############################################################################
