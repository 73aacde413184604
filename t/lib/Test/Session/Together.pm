package Test::Session::Together;

# Copyright (C) the ngx_http_session_module authors

# Saves of one session that come at once, in an order that the test chooses;
# they need the store of Test::Session::Memory.

###############################################################################

use warnings;
use strict;

use Test::Session;
use Test::Session::HTTP;

use base qw/ Exporter /;

our @EXPORT = qw/ outcomes sets together /;

###############################################################################

# A session whose first write is held while requests wait behind it, each in
# the order given: its cookie, and their responses.  A request is a URI and the
# lines of an upstream's header.  Then the script has these faults.

sub together {
	my ($i, $faults, @requests) = @_;

	my $cookie = $i->sid('/set?a=0');
	my @slow = map { $i->slow($_->[0], $cookie) } @requests;

	$i->faults('2 hold');

	my $first = $i->held('/set?a=100', $cookie);
	my $waiting = $i->waiting();

	for my $n (0 .. $#slow) {
		my (undef, @lines) = @{$requests[$n]};

		$slow[$n]->say(@lines);

		wait_until { $i->waiting() == $waiting + $n + 1
			|| grep { $_->{verb} =~ /set|delete/ && $_->{outcome} ne 'HELD' }
				$i->trace() }
			or die "number $n does not wait\n";
	}

	$i->faults(@$faults);

	return ($cookie, $i->ended($first), map { $_->end() } @slow);
}

# how the saves ended, in the words of the counters

sub outcomes {
	my ($i, @responses) = @_;

	my %words = ('the store failed' => 'store',
		'saved under a newer id' => 'joined',
		'the session was destroyed meanwhile' => 'gone',
		'a value to be incremented is not an integer' => 'integer');

	return join ' ', map { $words{$i->saved($_)} // $i->saved($_) } @responses;
}

# the writes since the script was changed last

sub sets {
	my ($i) = @_;

	return scalar grep { $_->{verb} =~ /set|add/ } $i->trace();
}

###############################################################################

1;

###############################################################################
