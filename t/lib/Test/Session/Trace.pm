package Test::Session::Trace;

# Copyright (C) the ngx_http_session_module authors

# Traces of saves: the commands that nginx's log of debug level tells of a
# save, as events of docs/model/follow.pml, and whether the model admits them.

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

use constant { SENDS => 4, STARTS => 5 };

my $steps = steps();

###############################################################################

# what each step does: the table of the module

sub steps {
	my $table = text('src/http/save/ngx_http_session_table.c');
	my $verbs = join '|', keys %commands;

	return { map { /^\s*($verbs)\((\w+),\s*(\w+),/ ? ($2 => [ $1, $3 ]) : () }
		split /\n/, $table };
}

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
# it has the list of a subject that is left already.

sub events {
	my ($save, $again) = @_;

	my @steps = grep { "@$_" ne 'CONFIRM_NEW DONE'
		&& !($save->{goal} eq 'MOVE' && $_->[0] eq 'DROP_READ') }
		@{$save->{steps}};
	my ($goal) = grep { $goals[$_] eq $save->{goal} } 0 .. $#goals;
	my @events = (number(STARTS, $goal, 0), map { event(@$_) } @steps);

	push @events, number(SENDS, 1, 0) if $save->{sent};
	push @events, number(SENDS, 0, 0) if $again;

	return @events;
}

sub event {
	my ($step, $outcome) = @_;

	my ($verb, $record) = @{$steps->{$step}};

	return number($commands{$verb}, $roles{$record}, $outcomes{$outcome});
}

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
