#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# docs/guide/README.md: what adds the module to a site that is there, to Debian's
# own files, and what docs/guide/upgrade.md finds of it again.

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

# before the module is taken away: which lines are left

my ($grep) = map { $_->{text} =~ /^(grep .*)$/m } blocks('docs/guide/upgrade.md', 'sh');
my ($conf_d, $enabled) = map { $t->testdir() . "/$_" } qw/ conf.d sites-enabled /;

mkdir $_ or die "mkdir $_: $!\n" for $conf_d, $enabled;

$t->write_file('conf.d/session.conf', "session_manager app {\n}\n");
$t->write_file('sites-enabled/site', <<"EOF");
ssl_session_cache  shared:tls:1m;
\tsession\tapp;
  session_csrf     on;
proxy_set_header   X-CSRF-Token \$session_csrf;
EOF

$grep =~ s!/etc/nginx/conf\.d/!$conf_d!;
$grep =~ s!/etc/nginx/sites-enabled/!$enabled!;

is(join(' ', `$grep` =~ m!/(\w+(?:\.conf)?:\d+):!g),
	'session.conf:1 site:2 site:3 site:4',
	'what is left, by blanks, tabs or in another line');

done_testing();

###############################################################################
