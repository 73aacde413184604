#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What nginx makes of an application's cookies and records: every captured
# case as a request.

###############################################################################

use warnings;
use strict;

use Encode;
use FindBin;
use JSON::PP;
use MIME::Base64;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $json = JSON::PP->new()->utf8()->canonical();

# a manager for each set of secrets and names in the cases

my (%manager, @cases);

for my $file (glob $t->root() . '/t/vectors/wire/tornado-memcached*/*.json') {
	my $case = $json->decode(slurp($file));
	my ($group, $name) = $file =~ /([^\/]+)\/([^\/]+)\.json$/;
	my $config = $case->{config};
	my $secrets = $config->{cookie_secret};

	my $lines = join ' ', 'profile tornado;', ref $secrets
		? map({ secret($secrets->{$_}) . " version=$_;" } sort keys %$secrets)
		: secret($secrets) . ';',
		secret($config->{session_secret}) =~ s/^cookie_//r . ';',
		"cookie_names @{$config->{cookie_names}};";

	$manager{$lines} //= 'm' . keys %manager;
	push @cases, [ "$group $name", $manager{$lines}, $case ];
}

my $managers = join '', map { "session_manager $manager{$_} { $_"
	. " memcached 127.0.0.1:%%MC_0%%; }\n" } sort keys %manager;
my $locations = join '', map { "location = /$_ { session $_;"
	. " add_header X-Session \$session_status;"
	. " add_header X-User \$session_user_name;"
	. " add_header X-Opaque \$session_meta_opaque; empty_gif; }\n"
	. "location = /$_/set { session $_; session_set nginx 1; return 204; }\n" }
	sort values %manager;

$t->write_conf(<<"EOF");
$managers

large_client_header_buffers  4 64k;

server {
    listen   127.0.0.1:%%PORT_0%%;
    $locations
}
EOF

$t->run();

###############################################################################

# what is not good is forged, but for these

my %status_of = (
	(map { $_ => 'NONE' } qw/ empty_cookies mmejia_names session_id_missing /),
	(map { $_ => 'EXPIRED' } qw/ expired_timestamp expired_verification_only
		v1_expired /),
	value_truncated => 'CORRUPT',
);

# every case, with cookies of the year 2100

for (@cases) {
	my ($name, $manager, $case) = @$_;
	my $cookie = encode_utf8($case->{cookie_header_evergreen}
		// $case->{cookie_header} // '');
	my $record = $case->{memcached};
	my $is_old = !$case->{cookie_header_evergreen}
		&& $case->{expect} ne 'invalid'
		&& time() > $case->{config}{now} + 31 * 86400;

	$mc->flush();
	$mc->set($record->{key}, decode_base64($record->{value_base64}),
		flags => $record->{flags})
		if $record && $record->{value_base64} && $case->{expect} ne 'miss';

	my $before = join ' ', map { $mc->get($_) } $mc->keys();
	my $asked = commands();
	my $r = http_get("/$manager", cookie => $cookie);
	my $status = $r->header('X-Session');
	$asked = commands() - $asked;

	if ($case->{expect} eq 'invalid' || $is_old) {
		my $expected = $status_of{$case->{case}} // 'FORGED';
		$expected = 'EXPIRED' if $is_old;
		is($status, $expected, "$name: $expected");
		is($asked, $expected eq 'CORRUPT' ? 1 : 0, "$name: commands to memcached");
		is($r->header('X-User'), undef, "$name: no data come out");

	} elsif ($case->{expect} eq 'miss') {
		is($status, 'EXPIRED', "$name: no record");

	} else {
		is($status, 'HIT', "$name: good");
		my $user = $case->{decoded}{user_name};
		is($r->header('X-User'), ref $user ? $r->header('X-User')
			: defined $user ? encode_utf8($user) : undef, "$name: the user");
		is($r->header('X-Opaque'), scalar @{$case->{opaque} // []},
			"$name: opaque keys");
		is(http_get("/$manager/set", cookie => $cookie)->status, 204,
			"$name: a save");
		is(http_get("/$manager", cookie => $cookie)->header('X-Session'),
			'HIT', "$name: is good after it");
	}

	is(join(' ', map { $mc->get($_) } $mc->keys()), $before,
		"$name: nothing is written") if $status ne 'HIT';
}

done_testing();

###############################################################################

sub slurp {
	my ($file) = @_;

	open my $fh, '<:raw', $file or die "$file: $!\n";
	local $/;

	# JSON::PP refuses lone surrogates, which no name or cookie here has
	return <$fh> =~ s/\\ud[89a-f]../?/gr;
}

# a load is counted as a touch

sub commands {
	my $stats = $mc->stats();
	my $n = 0;

	$n += $stats->{"cmd_$_"} for qw/ get touch set /;

	return $n;
}

# the line for a secret, in a file of its own

sub secret {
	my ($text) = @_;

	my $name = unpack('H*', encode_utf8($text));
	$t->secret($name, encode_utf8($text));

	return "cookie_secret_file $name";
}

###############################################################################
