#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Values that Python's clients of memcached stored (vectors/wire/clients, each
# file is a case): what their flags say, and what is in the compressed ones.

###############################################################################

use warnings;
use strict;

use Encode qw/ encode /;
use FindBin;
use IPC::Open2;
use JSON::PP;
use MIME::Base64;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session::Tree qw/ build root /;

###############################################################################

my $build = build();
my @files = glob root() . '/t/vectors/wire/clients/*.json';
my $pid = open2(my $out, my $in, "$build/unit/tool_client_flags");

cmp_ok(@files, '>', 40, 'cases');

test_case(read_json($_)) for @files;

# what no client writes

is(ask(1 << 5, 'x'), 'refused', 'an unknown flag');
is(ask(1 | 16, 'x'), 'refused', 'pickle and text at once');
is(ask(8, 'x'), 'refused', 'not compressed, although it says so');

close $in;
waitpid $pid, 0;
is($?, 0, 'the tool ended well');

done_testing();

###############################################################################

sub test_case {
	my ($case) = @_;

	my ($kind, $plain) = expected($case);
	my $stored = decode_base64($case->{memcached}{value_base64});
	my $name = $case->{case};

	my ($got, $hex) = split / /, ask($case->{memcached}{flags}, $stored), 2;
	my $value = pack 'H*', $hex // '';

	is($got, $kind, "$name: $kind");

	if (defined $plain) {
		is($value, $plain, "$name: its value");
		return;
	}

	# what Python's pickletools saw in it: the first opcode, and the last

	my $first = $case->{pickle}{opcodes}[0] eq 'PROTO'
		? quotemeta pack('CC', 0x80, $case->{pickle}{protocol}) : '[(FI]';

	like($value, qr/^$first.*\.\z/s, "$name: a pickle");
}

# the kind of the value, and its text where that is no pickle

sub expected {
	my ($case) = @_;

	my $value = $case->{decoded};
	my $bytes = ref $value eq 'HASH' ? $value->{'$bytes'} : undef;

	return ('bytes', decode_base64($bytes)) if defined $bytes;

	# pickled by the application, for the client it is bytes

	return ('bytes', undef) if !($case->{memcached}{flags} & ~8);

	return ('pickle', undef) if $case->{pickle};

	return ('integer', $value->{'$int'}) if ref $value eq 'HASH';

	return ('integer', $value ? '1' : '0') if JSON::PP::is_bool($value);

	return ('integer', $value) if $value =~ /^-?\d+$/;

	return ('text', encode('UTF-8', $value));
}

sub ask {
	my ($flags, $value) = @_;

	print {$in} "$flags ", unpack('H*', $value), "\n";

	my $answer = <$out> // 'nothing';
	chomp $answer;

	return $answer;
}

sub read_json {
	my ($path) = @_;

	open my $fh, '<', $path or die "$path: $!\n";

	return decode_json(do { local $/; <$fh> });
}

###############################################################################
