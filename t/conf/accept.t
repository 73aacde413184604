#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in session_accept fail nginx -t with the word and what was expected.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

$t->secret();

my $directive = '"session_accept"';
my $long = 'k' x 256;

# what stands in a location, what nginx says

my @bad = (
	['session_accept;', qr/invalid number of arguments in $directive/],
	(map { ["session_accept '$_' keys=a;",
		qr/invalid prefix "\Q$_\E" in $directive: a letter, more letters/] }
		'', 'X-Session', '-', '1-', '-X-', 'X_A-', 'X:-', 'X -', "X\xe9-",
		'keys=a', 'OFF'),
	['session_accept X-;', qr/$directive .*permits nothing: "keys=", "regen/],
	(map { ["session_accept X- $_;",
		qr/unknown parameter "\Q$_\E" in $directive: "keys=", "regenerate"/] }
		qw/ keys key=a set incr Revoke Destroy destroy=1 /),
	(map { ["session_accept X- keys=$_;", qr/empty key in "keys=" of $directive: names are/] }
		'', ',', 'a,', ',a', 'a,,b', 'a, b'),
	["session_accept X- keys=\xff;", qr/invalid key "\xff" in "\w+": UTF-8 text/],
	["session_accept X- keys=$long;",
		qr/too long key "$long" in $directive: up to 255 bytes are/],
	['session_accept X- keys=a,b,a;', qr/duplicate key "a" in $directive/],
	['session_accept X- keys=a keys=b;',
		qr/duplicate parameter "keys=b" in $directive/],
	(map { ["session_accept X- $_ $_;",
		qr/duplicate parameter "$_" in $directive: it is expected once/] }
		qw/ regenerate destroy strict /),
	['session_accept X- strict;', qr/$directive .*permits nothing: "keys="/],
	(map { ["session_accept $_ destroy;",
		qr/invalid prefix "$_" in $directive: "\w\S+" begins with it, too/] }
		qw/ X- x- Content- CONTENT-SECURITY- Cache- Set- Access-Control- /),
	['session_accept off keys=a;',
		qr/unknown parameter "keys=a" in $directive: nothing is expected/],
	['session_accept off; session_accept My- destroy;',
		qr/$directive directive is duplicate/],
	['session_accept My- destroy; session_accept off;',
		qr/$directive directive is duplicate/],
	['if ($uri) { session_accept off; }',
		qr/$directive directive is not allowed here/],
);

for (@bad) {
	my ($line, $message) = @$_;
	my ($status, $output) = check("session app; $line");

	ok(!$status, substr($line, 0, 60) . ' is refused');
	like($output, $message, 'and the message says why');
}

like((check('session_accept My- destroy;'))[1],
	qr/$directive in location "\/" without a session/,
	'a session is expected');

for (
	'session app; session_accept X-Session- keys=a,b,c regenerate destroy;',
	'session app; session_accept x1-2- destroy;',
	'session app; session_accept X-S- strict destroy;',
	'session app; session_accept Off- keys=' . substr($long, 1) . ';',
	'session app; session_accept off;',
	'session_accept off;',
	'session off; session_accept off;',
)
{
	ok((check($_))[0], substr($_, 0, 60) . ' is fine');
}

done_testing();

###############################################################################

sub check {
	my ($line) = @_;

	return $t->check_http(<<"EOF");
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1:11211;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location / {
        $line
    }
}
EOF
}

###############################################################################
