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

$t->secret('secret');
$t->hosts(<<'EOF');
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
EOF

check_with($t, sub { return "session_manager app { secret_file "
	. "%%TESTDIR%%/secret; memcached $_[0]; }\n" });

each_refused(map { [ "$_.example:11211",
	qr/"$_.example:11211" of "memcached" has several addresses of .* line/ ]
} qw/ two six three /);

each_good(map { "$_.example" } qw/ one same both /);

each_refused([ 'one.example; memcached 127.0.0.1',
	qr/duplicate address "127.0.0.1" in "memcached"/ ]);

$t->stop();
done_testing();

###############################################################################
