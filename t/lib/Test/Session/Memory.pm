package Test::Session::Memory;

# Copyright (C) the ngx_http_session_module authors

# Sessions in the store "memory" of t/variant, which has faults on demand: the
# module is built by "make variant-build".  What can be done with sessions is
# that of Test::Session::Identity.

###############################################################################

use warnings;
use strict;

use base qw/ Test::Session::Identity /;

use IO::Select;

use Test::Session;
use Test::Session::HTTP;
use Test::Session::Tree qw/ text /;

# reasons of ngx_session_reason_e, without "none"

use constant REASONS => -2 + (() = text('src/store/ngx_session_reason.h')
	=~ /^    NGX_SESSION_REASON_\w+/mg);

# that of a time which is over, as in "fail 4"

use constant TIMEOUT => scalar(() = text('src/store/ngx_session_reason.h')
	=~ /^    NGX_SESSION_REASON_\w+(?=.*_REASON_TIMEOUT,)/msg);

# what a request waits for in all, in ms: NGX_SESSION_MEMORY_PATIENCE

use constant PATIENCE_MS => 60000;

# seconds until a request is taken to wait for its turn

use constant PATIENCE => 0.1;

###############################################################################

sub new {
	my ($class, %extra) = @_;

	my %variant = (Test::Session->variant(),
		TEST_NGINX_LOG_LEVEL => 'debug_http');

	local @ENV{keys %variant} = values %variant;

	my $self = $class->SUPER::new(server => 'session_on_error deny;',
		store => 'memory %%TESTDIR%%/script %%TESTDIR%%/trace;', %extra);

	$self->{reason} = 0;
	$self->faults();

	return $self;
}

# As for other stores; "denied" of a session that cannot be read.

sub state {
	my ($self, $cookie) = @_;

	return $self->SUPER::state($cookie) // 'denied';
}

# From now on these lines are the script, and operations are counted anew.

sub faults {
	my ($self, @lines) = @_;

	my $t = $self->{t};
	my $path = $t->write_file('script.new', join '', map { "$_\n" } @lines);

	$self->{scripts}++;
	utime $self->{scripts}, $self->{scripts}, $path
		or die "cannot set a time: $!\n";

	unlink $t->testdir() . '/trace';
	rename $path, $t->testdir() . '/script' or die "cannot rename: $!\n";
}

# The operations that were carried out since then, as hashes.

sub trace {
	my ($self) = @_;

	return map {
		my %op;
		@op{qw/ n verb key life outcome flags /} = split / /;
		\%op;
	} split /\n/, $self->{t}->read_file('trace');
}

# Requests of a cookie, of which the script holds an operation of the first one
# until each of the others is answered, or has waited for a while: their
# responses.  Then the script has those lines.

sub several {
	my ($self, $cookie, $uris, @faults) = @_;

	my @held;

	for my $uri (@$uris) {
		push @held, $self->begin($uri, $cookie);

		if (@held == 1) {
			wait_until { grep { $_->{outcome} eq 'HELD' } $self->trace() };
		} else {
			IO::Select->new($held[-1][0])->can_read(PATIENCE);
		}
	}

	$self->faults(@faults);

	return map { $self->ended($_) } @held;
}

# a request that is not waited for, and its response

sub begin {
	my ($self, $uri, $cookie) = @_;

	my %options = $self->options($cookie);

	return [ http_start(http_request($uri, %options, close => 1), %options),
		$self->{number} ];
}

sub ended {
	my ($self, $begun) = @_;

	return $self->numbered(http_end($begun->[0]), $begun->[1]);
}

# a request whose operation the script holds, as begin() says

sub held {
	my ($self, $uri, $cookie) = @_;

	my $begun = $self->begin($uri, $cookie);

	wait_until { grep { $_->{outcome} eq 'HELD' } $self->trace() }
		or die "$uri is not held\n";

	return $begun;
}

# how often a save has waited for its turn

sub waiting { return $_[0]{t}->log_count(qr/waits for its turn/) }

# a request that waits for its turn

sub behind {
	my ($self, $uri, $cookie) = @_;

	my $waiting = $self->waiting();
	my $begun = $self->begin($uri, $cookie);

	wait_until { $self->waiting() > $waiting } or die "$uri does not wait\n";

	return $begun;
}

# The ways in which an operation can fail, and all its faults: each failure has
# the reason that follows that of the last one.

sub failures_of {
	my ($self, $op) = @_;

	return ('fail', 'refuse', $op->{verb} eq 'get' ? () : 'blind');
}

sub faults_of {
	my ($self, $op) = @_;

	my @late = ('over', 'spend ' . PATIENCE_MS);
	my @others = $op->{verb} eq 'get' ? ('lose', 'damage', 'late 20')
		: $op->{verb} eq 'add' ? ('clash') : ('lose', 'clash');

	return ((map { "$_ " . $self->next_reason() } $self->failures_of($op)),
		@others, @late);
}

# may a request be told of its end while that goes on without it?

sub goes_on {
	my ($self, $fault) = @_;

	return $fault =~ /\b(?:over|spend|(?:fail|refuse|blind) ${\TIMEOUT})\b/;
}

sub next_reason {
	my ($self) = @_;

	$self->{reason} = $self->{reason} % REASONS + 1;

	return $self->{reason};
}

# The rows of both tables that were reached: "load ASKED RECORD", "save UPDATE
# DONE".

sub reached {
	my ($self) = @_;

	return map { /session (load|save): .*\((\w+ [A-Z]+) ->/ ? "$1: $2" : () }
		split /\n/, $self->{t}->read_log();
}

# The rows that the source has.

my %outcomes = (
	ADD => 'DONE EXISTS FAILED',
	SET => 'DONE MISSING CONFLICT FAILED',
	REMOVE => 'DONE MISSING CONFLICT FAILED',
	map { $_ => 'DONE MISSING FAILED' } qw/ GET TOUCH READ DELETE /,
);

sub rows {
	my ($self) = @_;

	my $save = source('save/ngx_http_session_table.c', 'rows[] = {');
	my $load = source('session/ngx_http_session_look.c', 'LOOK_EVENTS] = {');
	my @rows;

	while ($save =~ /\b([A-Z]+)\((\w+),/g) {
		push @rows, map { "save: $2 $_" } split / /, $outcomes{$1};
	}

	push @rows, "load: $1 $2" while $load =~ /\b(?:USUAL_)?(?:ROW|END)\((\w+),\s*(\w+),/g;

	return @rows;
}

# "HELD_SAVE REFUSE": the rows that a response has.

sub response_rows {
	my $hold = source('answer/ngx_http_session_hold.c', 'HELD_EVENTS] = {');
	my @rows;

	push @rows, "$1 $2" while $hold =~ /\b(?:USUAL_)?ROW\((\w+),\s*(\w+),/g;

	return @rows;
}

sub source {
	my ($name, $begin) = @_;

	open my $fh, '<', Test::Session->root() . "/src/http/$name"
		or die "cannot read $name: $!\n";
	local $/;

	return <$fh> =~ /\Q$begin\E(.*?)\n};/s ? $1 : '';
}

###############################################################################

1;

###############################################################################
