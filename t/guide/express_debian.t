#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/express.md, with Express 4 of Debian

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Guide;
use Test::Session::Site;
use Test::Session::Tree qw/ text /;

###############################################################################

my $page = Test::Session::Guide->new('express');

$ENV{NODE_PATH} = '/usr/share/nodejs';

my ($version) = `node -p 'require("express/package.json").version'` =~ /^(4\.\d+)/;

like(text('docs/guide/express.md'),
	qr/^Tried .*`node-express`:.* \Q$version\E in Debian/m, 'the page names it');

$page->program('127.0.0.1:3000', 'js', 'app.js', qw/ node app.js /);
$page->run();

site_works($page);

done_testing();

###############################################################################
