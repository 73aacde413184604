#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# README.md: its first example runs as it stands, and the commands below it
# print what stands beside them.  Secrets are made in one way everywhere, and
# "make help" lists a target once.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;
use Text::ParseWords qw/ shellwords /;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Page qw/ blocks pages whole /;
use Test::Session::Tree qw/ root text /;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('session.key');

my ($first) = blocks('README.md', 'nginx');
my $conf = whole($first->{text});

my ($cut) = text('README.md') =~ /^(sed .* README\.md) \|/m;
is(`cd ${\ root()} && $cut`, $first->{text}, 'a command prints it');

# what another machine has at another place; each has to be there

for my $pair (
	[qr!/etc/nginx(?=/session\.key;)! => $t->testdir()],
	[qr/127\.0\.0\.1:11211(?=;)/ => $mc->address()],
	[qr/(?<=listen)( +)80(?=;)/ => ' 127.0.0.1:' . port(0)],
) {
	my ($from, $to) = @$pair;
	ok($conf =~ s/$from/$to/, "has $from");
}

$t->write_file('nginx.conf', $t->expand($conf));
$t->run();

###############################################################################

my @commands = map { $_->{text} =~ /^(curl .*?) +# (.*)$/mg }
	blocks('README.md', 'sh');
my $url = 'http://127.0.0.1:' . port(0);

is(scalar @commands, 10, 'five commands, and what they print');

while (my ($command, $expected) = splice @commands, 0, 2) {
	my (undef, @words) = shellwords($command =~ s!http://localhost!$url!r);
	my $prints = curl('-b', $t->testdir() . '/jar', '-c', $t->testdir() . '/jar',
		grep { !/^-[bc]$|^jar$/ } @words)->raw();

	like($prints, qr/\Q$expected\E/, $command);
}

is(http_get('/logout')->status(), 405, 'a link to the logout');
like(http_get('/account')->header('Location') // '', qr!/account/$!,
	'the account without its slash');

for my $page (pages(), 'nginx.conf.example') {
	my @ways = grep { $_ ne 'umask 077; openssl rand -base64 48' }
		text($page) =~ /((?:umask \d+; )?openssl rand [^>]*[^\s>]) *>/g;
	is("@ways", '', "$page: the way to make a secret");
}

my %times;
$times{$_}++ for `make -s -C ${\ root()} help` =~ /^(\S+)/mg;
is($times{install}, 1, 'make help has "install"');
is(join(' ', grep { $times{$_} > 1 } keys %times), '', 'and no target twice');

done_testing();

###############################################################################
