package Test::Session::Trace;

# Copyright (C) the ngx_http_session_module authors

# Traces of loads and saves: the commands that nginx's log of debug level tells
# of them, as events of docs/model/follow.pml, and whether the model admits
# them.  Of a load only the variant of the module tells all.

###############################################################################

use warnings;
use strict;

use IPC::Open2;

use Test::Session::Tree qw/ root text /;

# numbers of the model

my %commands = (GET => 0, TOUCH => 0, READ => 0, ADD => 1, SET => 2,
	DELETE => 3, REMOVE => 3);
my %roles = (LAST => 0, OLD => 0, NEW => 1, SUBJECT => 2);
my %outcomes = (DONE => 0, MISSING => 1, EXISTS => 2, CONFLICT => 3,
	FAILED => 4);

my @goals = qw/ CHANGE RENEW RESIGN CREATE MOVE OWN DESTROY REVOKE /;

use constant { SENDS => 4, STARTS => 5, LOADS => 9 };

# role and outcome of what a look finds, and of what it judges

my %finds = (RECORD => [ 0, 0 ], MISSING => [ 0, 1 ], MARKER => [ 0, 2 ],
	LATE => [ 0, 3 ], UNREAD => [ 0, 4 ], UNLISTED => [ 1, 0 ],
	UNKNOWN => [ 1, 4 ], GOOD => [ 2, 0 ], DEAD => [ 2, 1 ],
	UNSURE => [ 2, 2 ]);

# no save

use constant NO_GOAL => 8;

my $steps = steps();

###############################################################################

# what each step does: the table of the module

sub steps {
	my $table = text('src/http/save/ngx_http_session_table.c');
	my $verbs = join '|', keys %commands;

	return { map { /^\s*($verbs)\((\w+),\s*(\w+),/ ? ($2 => [ $1, $3 ]) : () }
		split /\n/, $table };
}

sub names { return sort keys %$steps }

# The saves of a log, as they began: { goal, steps (names and outcomes), sent
# (1: it ended with a new cookie) }.

sub last_save { return (saves(@_))[-1] }

sub saves {
	my ($log) = @_;

	my (%saves, @saves);

	for (split /\n/, $log) {
		my ($id, $what, $text) = /\*(\d+) session (save|cookie): (.*)/ or next;

		if ($text =~ /^([A-Z]+) of "/) {
			push @saves, $saves{$id}
				= { goal => $1, steps => [], sent => 0 };
			next;
		}

		my $save = $saves{$id} // next;

		push @{$save->{steps}}, [ $1, $2 ]
			if $text =~ /\((\w+) ([A-Z]+) -> / && $steps->{$1};
		$save->{sent} = 1 if $what eq 'cookie' && $text =~ / for the new id /;
	}

	return @saves;
}

# Its events.  again: the cookie was signed again.  The model leaves out the
# look at the new id before its cookie goes out, which only refuses more, and
# it has the list of a subject that is left already.  An add that is followed by
# one of another id has left a record that nobody knows.

sub events {
	my ($save, $again) = @_;

	my @steps = grep { "@$_" ne 'CONFIRM_NEW DONE'
		&& !($save->{goal} eq 'MOVE' && $_->[0] eq 'DROP_READ') }
		@{$save->{steps}};

	@steps = map { $_ < $#steps && is_new($steps[$_][0])
		&& "@{$steps[$_]}" eq "$steps[$_ + 1][0] FAILED" ? () : $steps[$_] }
		0 .. $#steps;

	my ($goal) = grep { $goals[$_] eq $save->{goal} } 0 .. $#goals;
	my @events = (number(STARTS, $goal, 0), map { event(@$_) } @steps);

	push @events, number(SENDS, 1, 0) if $save->{sent};
	push @events, number(SENDS, 0, 0) if $again;

	return @events;
}

sub is_new { return "@{$steps->{$_[0]}}" eq 'ADD NEW' }

# without that look no cookie is sent

sub event {
	my ($step, $outcome) = @_;

	return number(SENDS, 1, $outcomes{FAILED}) if $step eq 'CONFIRM_NEW';

	my ($verb, $record) = @{$steps->{$step}};

	return number($commands{$verb}, $roles{$record}, $outcomes{$outcome});
}

# The looks of a log, in the order in which their requests began: each as the
# words of %finds.

sub looks {
	my ($log) = @_;

	my (%looks, @looks);

	for (split /\n/, $log) {
		my ($id, $text) = /\*(\d+) session load: (.*)/ or next;

		push @looks, $looks{$id} = [] if $text =~ /^the store is asked for id/
			&& !$looks{$id};
		push @{$looks{$id}}, found($1, $2) if $text =~ /\((\w+) ([A-Z]+) -> /;
	}

	return @looks;
}

sub found {
	my ($state, $event) = @_;

	return $event eq 'SUBJECT' ? ()
		: $event eq 'FAILED' ? ($state eq 'OWNED' ? 'UNKNOWN' : 'UNREAD')
		: $event =~ /MISSING|LATE/ ? ($event, 'DEAD') : $event;
}

sub look { return map { number(LOADS, @{$finds{$_}}) } @_ }

# the end of a request that saves nothing

sub nothing { return number(STARTS, NO_GOAL, 0) }

sub number {
	my ($command, $role, $outcome) = @_;

	return 1 + $outcome + 5 * $role + 15 * $command;
}

# the same in words

sub words {
	my ($save) = @_;

	return join ', ', $save->{goal}, map { join ' ', @$_ } @{$save->{steps}};
}

###############################################################################

# does the model admit the events of request 0, with these switches?  One
# answer for each [ switches, events... ]

sub admits {
	my (@traces) = @_;

	my $pid = open2(my $out, my $in, root() . '/docs/model/check.pl',
		'--follow');

	for my $trace (@traces) {
		my ($switches, @events) = @$trace;
		print {$in} join('-', "$switches,FOLLOW=0", @events) . "\n";
	}

	close $in;

	my @found = <$out>;
	chomp @found;
	waitpid $pid, 0;

	return map { { T => 1, nothing => 0 }->{$_} // $_ } @found;
}

###############################################################################

1;

###############################################################################
