#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Mistakes in auth_file fail "nginx -t" with the file and what was expected, and
# without what is in it.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Mistakes;

###############################################################################

my %bad = (
	empty => '',
	newline => "\n",
	second => "\nada:secret\n",
	colonless => "adasecret\n",
	userless => ":secret\n",
	passwordless => "ada:\n",
	space => "ada:sec ret\n",
	space_user => "a da:secret\n",
	tab => "ada:secret\t\n",
	nul => "ada:secret\0\n",
	long => 'ada:' . 's' x 252 . "\n",
);

my %good = (
	usual => "ada:secret\n",
	bare => 'ada:secret',
	crlf => "ada:secret\r\n",
	two => "ada:secret\nbob:other one\n",
	colon => "ada::secret:\n",
	utf8 => "\303\244da:secret\n",
	most => 'ada:' . 's' x 251 . "\n",
	many => 'ada:' . 's' x 251 . "\n" . "bob:x\n" x 1000,
);

my $t = Test::Session->new();

$t->secret();
$t->secret($_, $bad{$_}) for keys %bad;
$t->secret($_, $good{$_}) for keys %good;
chmod 0644, $t->secret('open', "ada:secret\n");
check_with($t, sub { return 'session_manager app { secret_file secret;'
	. " memcached 127.0.0.1; $_[0] }\n" });

each_refused(
	(map { [ "auth_file $_;", qr/invalid first line of "auth_file" "\S+$_":/
		. ' USER:PASSWORD without spaces is expected, up to 255 characters' ]
	} sort keys %bad),
	[ 'auth_file missing;',
		qr/"\S+missing" of "auth_file" failed .2: No such file/ ],
	[ 'auth_file usual; auth_file usual;', qr/"auth_file" directive is dupl/ ],
	[ 'auth_file;', qr/invalid number of arguments in "auth_file"/ ],
);

each_good(map { "auth_file $_;" } sort keys %good);

my ($ok, $said) = $t->check_http('session_manager app { secret_file secret;'
	. ' memcached 127.0.0.1; auth_file open; }');
ok($ok, 'a file that everyone can read is taken');
like($said, qr/\[warn\] .*"auth_file" "\S+open" is readable by everyone: /,
	'with a warning');

$t->stop();
done_testing();

###############################################################################
