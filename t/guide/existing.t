#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/README.md: what adds the module to a site that is there, to Debian's
# own files.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Page qw/ blocks /;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $port = port(0);

$t->secret('session.key');
$t->write_file('html/index.html', "the page\n");

my ($manager, $lines) = map { $_->{text} } grep { $_->{heading} =~ /that is there$/ }
	blocks('docs/guide/README.md', 'nginx');

$manager =~ s!/etc/nginx(?=/session\.key;)!$t->testdir()!e;
$manager =~ s/127\.0\.0\.1:11211(?=;)/$mc->address()/e;

open my $fh, '<', '/etc/nginx/sites-available/default'
	or die "sites-available/default: $!\n";
my $site = do { local $/; <$fh> };
close $fh;

$site =~ s/^\s*listen \[::\]:80 .*\n//m;
$site =~ s/^(\s*listen) 80 default_server;/$1 127.0.0.1:$port default_server;/m;
$site =~ s!^(\s*root) /var/www/html;!$1 ${\ $t->testdir()}/html;!m;

my ($page) = blocks('docs/guide/login.md', 'nginx');
my @locations = $page->{text} =~ m!^(\s+location = /log\w+ \{.*?^\s+\})!gms;

is(scalar @locations, 2, 'the locations of a login');

# as it stands, then with the lines, with something to see it by, and with a
# login

for my $more ('', $lines, "$lines\nadd_header X-Status \$session_status;\n",
	join("\n", $lines, @locations))
{
	my $with = $site =~ s/^server \{\n\K/$more/mr;

	$t->write_conf("$manager\n$with");
	$more eq '' ? $t->run() : $t->reload();

	ok(wait_until { http_get('/')->body() eq "the page\n"
		&& (http_get('/')->header('X-Status') // '')
			eq ($more =~ /add_header/ ? 'NONE' : '') },
		'the site answers with: ' . ($more =~ tr/\n/ /r));
}

ok(wait_until {
	http_get('/logout', method => 'POST')->status() == 303 }, 'a logout');

done_testing();

###############################################################################
