#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Cookies of Tornado's sessions as running applications wrote and judged them
# (vectors/wire, each file is a case): which are good, and for which id.

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

use constant DAY => 86400;
use constant YEAR_2100 => 4102444800;

my @folders = qw/ tornado-memcached tornado-memcached-lloggerhead /;

my $written = 0;
my $build = build();
my $pid = open2(my $out, my $in, "$build/unit/tool_tornado");

for my $folder (@folders) {
	my @files = glob root() . "/t/vectors/wire/$folder/*.json";

	cmp_ok(@files, '>', 30, "$folder: cases");

	test_case($folder, read_json($_)) for @files;
}

cmp_ok($written, '>', 100, 'cookies were written');

close $in;
waitpid $pid, 0;
is($?, 0, 'the tool ended well');

done_testing();

###############################################################################

sub test_case {
	my ($folder, $case) = @_;

	my $config = $case->{config};
	my $name = "$folder/$case->{case}";

	is(configure($config), 'ok', "$name: secrets");

	test_header($name, $case, $case->{cookie_header}, $config->{now});

	if (exists $case->{cookie_header_evergreen}) {
		my $header = $case->{cookie_header_evergreen};

		test_header("$name in 2100", $case, $header, YEAR_2100);
		test_header("$name of 2100", $case, $header, $config->{now});
	}

	test_written($name, $case);
}

sub test_header {
	my ($name, $case, $header, $now) = @_;

	my $answer = ask('read', text($header), $now);

	if ($case->{expect} eq 'invalid' && !asked($case)) {
		unlike($answer, qr/^ok/, "$name: refused");

	} else {
		is($answer, 'ok ' . text(signed_id($case)), "$name: its id");
	}
}

# did the application find the cookies good, and refuse what was stored?

sub asked {
	my ($case) = @_;

	my $key = $case->{memcached}{key} // return 0;

	return grep { $_ eq "get $key" } @{$case->{commands_on_read} || []};
}

# its key in memcached; where nothing is stored, what the cookie says

sub signed_id {
	my ($case) = @_;

	my $name = $case->{config}{cookie_names}[0];

	return $case->{memcached}{key} // payload($case->{cookies}{$name});
}

sub payload {
	my ($value) = @_;

	my @fields = split /\|/, $value;
	my $base64 = @fields == 3 ? $fields[0] : $fields[4] =~ s/^\d+://r;

	return decode_base64($base64);
}

# what the application sent by Set-Cookie is written here alike

sub test_written {
	my ($name, $case) = @_;

	my @sent = map { /^[^=]+=(.*?);/ } @{$case->{set_cookie} || []};

	return if !@sent || $sent[0] !~ /^"2\|\d+:\d+\|\d+:(\d+)\|/;

	is(ask('write', text(payload($sent[0])), $1),
		join(' ', 'ok', map { text($_) } @sent), "$name: written alike");

	$written++;
}

sub configure {
	my ($config) = @_;

	my $secret = $config->{cookie_secret};
	my $signs = $config->{key_version};
	my @answers;

	ask('clear');

	if (ref $secret) {
		my @versions = ($signs, grep { $_ != $signs } sort keys %$secret);

		push @answers, ask('version', $_, text($secret->{$_}))
			for @versions;

	} else {
		push @answers, ask('plain', text($secret));
	}

	push @answers, ask('session', text($config->{session_secret}),
		(map { text($_) } @{$config->{cookie_names}}),
		$config->{max_age_days} * DAY);

	return (grep { $_ ne 'ok' } @answers)[0] // 'ok';
}

sub ask {
	print {$in} "@_\n";

	my $answer = <$out> // 'nothing';
	chomp $answer;

	return $answer;
}

sub text {
	my ($string) = @_;

	return '.' . unpack('H*', encode('UTF-8', $string));
}

sub read_json {
	my ($path) = @_;

	open my $fh, '<', $path or die "$path: $!\n";
	my $json = do { local $/; <$fh> };

	# data of sessions holds lone surrogates, which JSON::PP does not take

	$json =~ s/(?<!\\)((?:\\\\)*)\\ud[89a-f]../$1?/gi;

	return decode_json($json);
}

###############################################################################
