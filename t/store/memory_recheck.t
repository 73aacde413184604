#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_recheck of a connection while the store fails, for each reason, or
# has lost or damaged records: "deny" closes it, "pass" leaves it open unless
# the session is over, and goes on looking.

###############################################################################

use warnings;
use strict;

use FindBin;
use IO::Select;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memory;

###############################################################################

# the managers are named as what session_on_error of their servers says

my $subject = 'subject user; max_sessions 3;';
my $i = Test::Session::Memory->new(
	server => 'session_on_error %NAME%; session_recheck 100ms;',
	managers => { pass => $subject, deny => $subject });

my @failures = map { ("get fail $_", "get refuse $_") }
	1 .. Test::Session::Memory::REASONS;

for my $on_error ($i->names()) {
	$i->on($on_error);

	my @wrong = grep { !is_kept($_) == ($on_error eq 'pass') }
		@failures, 'get damage';

	is(join(', ', @wrong), '', $on_error . ($on_error eq 'pass'
		? ' leaves it open' : ' closes it'));

	ok(!is_kept('get lose'), "$on_error: what is lost is over");
	ok(is_kept('get late 10'), "$on_error: a late answer is one");
}

done_testing();

###############################################################################

# is a connection still open when there were some looks with a fault?

sub is_kept {
	my ($fault) = @_;

	$i->faults();

	my $stream = $i->slow('/slow/none', $i->sid('/login?u=ada'))->stream();

	$i->faults($fault);

	my $n = looks() + 2;

	wait_until { closed($stream) || looks() >= $n };
	$i->faults();

	return !closed($stream);
}

sub looks { return scalar(() = $i->{t}->read_log() =~ /session recheck: the session/g) }

sub closed {
	my $socket = $_[0]{socket};

	return IO::Select->new($socket)->can_read(0)
		&& !sysread $socket, my $bytes, 65536;
}

###############################################################################
