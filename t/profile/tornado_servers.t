#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Several memcached servers: nginx looks for a session where python-memcached
# and pylibmc have put it.

###############################################################################

use warnings;
use strict;

use Compress::Zlib qw/ crc32 /;
use Digest::SHA qw/ hmac_sha256_hex /;
use FindBin;
use JSON::PP;
use MIME::Base64;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my @mc = map { $t->memcached() } 0 .. 2;

$t->secret('cookie', 'cookie secret');
$t->secret('session', 'session secret');

my ($managers, $locations) = ('', '');

for ([ 'crc', 'hash crc; distribution modula;', '', '', '' ],
	[ 'default', 'distribution modula;', '', '', '' ],
	[ 'weights', 'hash crc; distribution modula;', '', 'weight=2',
		'weight=3' ])
{
	my ($name, $rule, @weights) = @$_;

	$managers .= "session_manager $name { profile tornado;"
		. " cookie_secret_file cookie; secret_file session; $rule\n"
		. join('', map { "memcached 127.0.0.1:%%MC_$_%% $weights[$_];\n" } 0 .. 2)
		. "}\n";
	$locations .= "location = /$name { session $name;"
		. " add_header X-Session \$session_status; empty_gif; }\n"
		. "location = /$name/set { session $name; session_set k v;"
		. " return 204; }\n";
}

$t->write_conf(<<"EOF");
$managers

server {
    listen  127.0.0.1:%%PORT_0%%;
    $locations
}
EOF

$t->run();

my $record = "\x80\x02}.";

###############################################################################

# as captured

for (
	[ 'python_memcached', 'crc' ], [ 'pylibmc_hash_crc', 'crc' ],
	[ 'pylibmc_default_hash_default_modula', 'default' ],
) {
	my ($file, $manager) = @$_;
	my $case = read_json($t->root() . "/t/vectors/wire/distribution/$file.json");
	my @keys = @{$case->{keys}};

	$_->flush() for @mc;
	$mc[$case->{placement}[$_]]->set($keys[$_], $record) for 0 .. $#keys;

	is(found($manager, @keys), @keys, "$file: all keys are found");
}

# 1000 keys that a real python-memcached sets, with weights and without

my @keys = map { Digest::SHA::sha256_hex("key $_") } 1 .. 1000;
$t->write_file('keys', join "\n", @keys);

for ([ 'crc', 1, 1, 1 ], [ 'weights', 1, 2, 3 ]) {
	my ($manager, @weights) = @$_;
	my $servers = join ', ', map { "('" . $mc[$_]->address()
		. "', $weights[$_])" } 0 .. 2;

	$_->flush() for @mc;
	$t->write_file('set.py', <<"EOF");
import memcache, sys
client = memcache.Client([$servers])
for key in sys.stdin.read().split():
    assert client.set(key, b"\\x80\\x02}.")
EOF
	my $dir = $t->testdir();
	is(system("/usr/bin/python3 $dir/set.py < $dir/keys"), 0,
		"@weights: python-memcached sets 1000 keys");
	is(scalar(grep { my @set = $_->keys(); @set } @mc), 3, 'on all servers');
	is(found($manager, @keys), 1000, 'which nginx finds');
}

# python-memcached up to 1.59 takes a hash of 0 as 1, which libmemcached and later
# ones do not

my @zero = grep { (crc32($_) >> 16 & 0x7fff) == 0 }
	map { Digest::SHA::sha256_hex("zero $_") } 1 .. 200_000;
cmp_ok(scalar @zero, '>', 0, 'ids with the hash 0');

for ([ 0, scalar @zero, 'are looked for on the first server' ],
	[ 1, 0, 'not where python-memcached puts them' ])
{
	my ($server, $n, $name) = @$_;

	$_->flush() for @mc;
	$mc[$server]->set($_, $record) for @zero;
	is(found('crc', @zero), $n, "they $name");
}

$t->write_file('zero.py', "import memcache, sys\n"
	. "print(memcache.__version__, "
	. "memcache.cmemcache_hash(sys.argv[1].encode()))\n");
my ($version, $hash) = split ' ',
	`/usr/bin/python3 @{[ $t->testdir() ]}/zero.py $zero[0]`;
is($hash, $version =~ /^1\.(\d+)/ && $1 < 60 ? 1 : 0, 'the second one');

# and the other way

$_->flush() for @mc;
is(http_get('/crc/set')->status(), 204, 'a session that nginx begins');
my ($key) = map { $_->keys() } @mc;
my $list = join ', ', map { "'" . $_->address() . "'" } @mc;
like(`/usr/bin/python3 -c "import memcache, pickle
print(pickle.loads(memcache.Client([$list]).get('$key')))"`,
	qr/^\{'k': 'v'\}$/, 'python-memcached finds');

done_testing();

###############################################################################

# how many sessions with these ids nginx finds

sub found {
	my ($manager, @ids) = @_;

	return scalar grep {
		http_get("/$manager", cookie => cookies($_))->header('X-Session')
			eq 'HIT'
	} @ids;
}

sub cookies {
	my ($id) = @_;

	return 'session_id=' . signed('session_id', $id) . '; verification='
		. signed('verification', hmac_sha256_hex('session secret', $id));
}

# format 2 of Tornado's signed values

sub signed {
	my ($name, $value) = @_;

	my $text = '2|' . join '', map { length($_) . ":$_|" } 0, time(), $name,
		encode_base64($value, '');

	return '"' . $text . hmac_sha256_hex($text, 'cookie secret') . '"';
}

sub read_json {
	my ($file) = @_;

	open my $fh, '<:raw', $file or die "$file: $!\n";
	local $/;

	return decode_json(<$fh>);
}

###############################################################################
