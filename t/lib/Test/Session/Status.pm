package Test::Session::Status;

# Copyright (C) the ngx_http_session_module authors

# What session_status_page says, at /status.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use JSON::PP;
use Test::More;

use Test::Session::HTTP;

our @EXPORT = qw/ status counters added workers /;

###############################################################################

# of a manager

sub status {
	my ($manager) = @_;

	my $all = decode_json(http_get('/status?format=json')->body());

	return $all->{managers}{$manager};
}

# its first server, as each worker knows it

sub workers {
	my ($manager) = @_;

	return @{status($manager)->{servers}[0]{workers}};
}

# All its counters in a flat hash: those of a label as NAME.LABEL, operations
# of the store by what they are.

sub counters {
	my ($manager) = @_;

	my $status = status($manager);
	my %counters;

	for my $name (grep { !/^servers$|in_flight/ } keys %$status) {
		my $value = $status->{$name};

		if ($name eq 'store_operations') {
			$counters{$_} = $value->{$_}{count} for keys %$value;
		} elsif (ref $value) {
			$counters{"$name.$_"} = $value->{$_} for keys %$value;
		} else {
			$counters{$name} = $value;
		}
	}

	return \%counters;
}

# a test: does the code add this to the counters, and no more?

sub added {
	my ($manager, $what, $code, %expected) = @_;

	my $before = counters($manager);
	$code->();
	my $after = counters($manager);
	my %added = map { $_ => $after->{$_} - $before->{$_} }
		grep { $after->{$_} != $before->{$_} } keys %$after;

	is_deeply(\%added, \%expected, $what);
}

###############################################################################

1;

###############################################################################
