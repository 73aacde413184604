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

# a service's locale: the programs have to be ASCII

delete @ENV{grep { /^(?:LANG|LC_)/ } keys %ENV};
$ENV{LC_ALL} = 'C';

my $page = Test::Session::Guide->new('rails', name => 'Rack');

$page->program('127.0.0.1:9292', 'ruby', 'config.ru',
	qw{ puma --quiet -b tcp://127.0.0.1:9292 config.ru });
$page->run();

site_works($page);

# Rails is another application here

my $rails = Test::Session::Guide->new('rails', name => 'Rails');

$rails->program('127.0.0.1:9293', 'ruby', 'rails.ru', qw{ env
	RAILS_ENV=production puma --quiet -b tcp://127.0.0.1:9293 rails.ru });
$rails->run($rails->blocks('nginx') =~ s/:9292/:9293/gr);

site_works($rails);

done_testing();

###############################################################################
