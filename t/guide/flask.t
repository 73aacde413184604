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
use Test::Session::Try;

###############################################################################

my $page = Test::Session::Guide->new('flask');

$page->program('127.0.0.1:8000', 'python', 'app.py',
	qw{ /usr/bin/python3 -m flask --app app run --port 8000 });
$page->run();

site_works($page);

# who has forgotten to start the program is told so by the first command

my $none = Test::Session::Guide->new('flask', name => 'none');

$none->run($page->blocks('nginx') =~ s/:8000/:8009/gr);

my ($commands) = grep { /csrf_token/ } $page->blocks('sh');

like((typed($none, $commands))[1], qr/\A.*\berror: 502$/m, 'no program');

done_testing();

###############################################################################
