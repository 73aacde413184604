#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/django.md

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

my $page = Test::Session::Guide->new('django');

$page->program('127.0.0.1:8000', 'python', 'app.py',
	qw{ /usr/bin/python3 app.py runserver --noreload 8000 });
$page->run();

site_works($page);

done_testing();

###############################################################################
