#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A memcached server by a name that the system resolves: with several addresses
# of one family "nginx -t" refuses it, since one of them would be picked in
# silence; one IPv4 and one IPv6 address are the same server.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Mistakes;

###############################################################################

my $t = Test::Session->new();

# one more than a line may have

my $many = join '', map { "127.1.0.$_  many.example\n" } 1 .. 121;

$t->secret('secret');
$t->hosts(<<"EOF");
127.0.0.1  two.example
127.0.0.2  two.example
::1        six.example
::2        six.example
127.0.0.1  three.example
::1        three.example
127.0.0.2  three.example
127.0.0.1  same.example
127.0.0.1  same.example
127.0.0.1  both.example
::1        both.example
127.0.0.1  one.example
$many
EOF

check_with($t, sub { return "resolver 127.0.0.1; session_manager app { secret_file "
	. "%%TESTDIR%%/secret; memcached $_[0]; }\n" });

each_refused(map { [ "$_.example:11211",
	qr/"$_.example:11211" of "memcached" has several addresses of .* line/ ]
} qw/ two six three /);

each_good(map { "$_.example" } qw/ one same both /);

each_refused([ 'many.example resolve; distribution ketama',
	qr/memcached "many.example" has 121 addresses: up to 120 .*:\d+/ ]);

each_refused([ 'one.example; memcached 127.0.0.1',
	qr/duplicate address "127.0.0.1" in "memcached"/ ]);

$t->stop();
done_testing();

###############################################################################
