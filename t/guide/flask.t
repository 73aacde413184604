#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/flask.md

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

my $page = Test::Session::Guide->new('flask');

$page->program('127.0.0.1:8000', 'python', 'app.py',
	qw{ /usr/bin/python3 -m flask --app app run --port 8000 });
$page->run();

site_works($page);

done_testing();

###############################################################################
