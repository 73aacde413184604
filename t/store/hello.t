#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What is no memcached that can be used is named, and what to do: one that is
# too old, a proxy, one that wants TLS.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::HTTP;
use Test::Session::Token;
use Test::Session::Twemproxy;

###############################################################################

my $t = Test::Session->new();
my $real = $t->memcached();

$t->secret();

my $proxy = Test::Session::Twemproxy->new($t, $real);

my $path = $t->certificate('localhost');
my @tls = ('-Z', '-o', "ssl_chain_cert=$path.crt,ssl_key=$path.key");

my $unanswered = qr/closed a new connection without an answer: it may want "tls on", "auth_file", or/;
my $get = { expect => qr/^mg/, reply => "EN %O\r\n", repeat => 1 };

# what it is, its address, what is logged; undef: it can be used

my @cases = (
	['real', $real->address(), undef],
	[proxy => $proxy->address(), $unanswered],
	[tls => $t->memcached(args => \@tls)->address(), $unanswered],
	[alert => fake({ expect => qr/./, reply => "\x15\3\1\0\2\2\x46",
		then => 'close', repeat => 1 }), qr/sent a TLS alert: "tls on" is needed/],
	[command => fake({ expect => qr/^mg/, reply => "ERROR\r\n" }),
		qr/does not know the command: it may want another "protocol", as proxies want "classic"/],
	(map { [ "old$_", versions("1.$_"), qr/is too old: 1\.6\.18 or later .* "1\.\Q$_"/ ]
	} qw/ 4.39 5.22 6.9 6.17 6.2_beta /),
	(map { [ "new$_", versions($_), undef ] } qw/ 1.6.18 1.6.18-ubuntu 1.6.45
		1.10.0 2.0 /, 'mcrouter 1.0', 'x'),
);

my ($managers, $locations) = ('', '');

for my $i (0 .. $#cases) {
	$managers .= "session_manager m$i { secret_file secret; cookie sid"
		. " secure=off; memcached $cases[$i][1]; }\n";
	$locations .= <<EOF;
    location = /$i {
        session     m$i phase=rewrite;
        return      200 \$session_status;
    }
EOF
}

$t->write_conf(<<"EOF");
$managers
server {
    listen  127.0.0.1:%%PORT_0%%;
$locations
}
EOF

$t->run();

###############################################################################

for my $i (0 .. $#cases) {
	my ($name, $address, $log) = @{$cases[$i]};

	my $status = http_get("/$i", cookie => signed_cookie($t, "m$i"))->body();

	is($status, $log ? 'ERROR' : 'EXPIRED', "$name: $status");
	ok($t->wait_for_log(qr/memcached "\Q$address\E" $log/),
		"$name: it is told what is wrong") if $log;
}

$t->stop();
$proxy->end();
done_testing();

###############################################################################

sub fake {
	return $t->memcached_fake(@_, $get)->address();
}

sub versions {
	my ($version) = @_;

	return fake({ expect => qr/^version/, reply => "VERSION $version\r\n" });
}

###############################################################################
