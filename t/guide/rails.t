#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/rails.md

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

my $page = Test::Session::Guide->new('rails');

$page->program('127.0.0.1:9292', 'ruby', 'config.ru',
	qw{ puma --quiet -b tcp://127.0.0.1:9292 config.ru });
$page->run();

site_works($page);

done_testing();

###############################################################################
