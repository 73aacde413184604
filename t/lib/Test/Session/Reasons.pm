package Test::Session::Reasons;

# Copyright (C) the ngx_http_session_module authors

# Each reason for which the store can fail, in each step of a load and of a
# save: a step is a command of a row of their two tables, which the log of debug
# level names.

###############################################################################

use warnings;
use strict;

use Test::More qw//;

use Test::Session::Matrix;

###############################################################################

# the steps that had all reasons are the object's

sub new {
	my ($class, $i) = @_;

	return bless { i => $i, seen => {}, end => 0, number => 0 }, $class;
}

sub seen { return sort keys %{$_[0]{seen}} }

# Those of a scenario that are new, and those that only a fault of one of its
# operations makes necessary.

sub scenario {
	my ($self, $name) = @_;

	my ($i, $scenario) = ($self->{i}, $scenarios{$name});

	one($i, $scenario, \my @ops);
	$self->each_step($name, \@ops);

	for my $op (@ops) {
		for my $first (grep { /^(?:clash|lose)/ } $i->faults_of($op)) {
			one($i, $scenario, \my @more, "$op->{n} $first");
			$self->each_step($name, \@more, "$op->{n} $first");
		}
	}
}

sub each_step {
	my ($self, $name, $ops, @first) = @_;

	my $i = $self->{i};
	my @steps = $self->steps($ops);

	for my $op (@$ops) {
		my $step = shift @steps;

		next if $self->{seen}{$step};

		$self->each_reason($step, $op, sub {
			one($i, $scenarios{$name}, undef, @first, "$op->{n} $_[0]") });
	}
}

# that of a request which another one has overtaken: it is the only one that
# deletes

sub withdraw {
	my ($self) = @_;

	my $i = $self->{i};

	one($i, $scenarios{regenerate}, \my @ops);

	my ($leave) = grep { $_->{verb} eq 'set' } @ops;
	my @names = qw/ regenerate regenerate /;

	$self->each_reason('WITHDRAW', { verb => 'delete' }, sub {
		overtaken($i, $leave->{n}, \@names, "delete $_[0]") });
}

sub each_reason {
	my ($self, $step, $op, $code) = @_;

	my $i = $self->{i};
	my @wrong;

	for my $failure ($i->failures_of($op)) {
		for my $reason (1 .. $i->REASONS()) {
			push @wrong, map { "$failure $reason: $_" }
				$code->("$failure $reason");
			push @wrong, "$failure $reason: it is not that step"
				if !grep { $_ eq $step } $self->failed();
		}
	}

	$self->{seen}{$step} = 1;

	Test::More::is(scalar(@wrong), 0, "$i->{name}: $step: "
		. $i->REASONS() . ' reasons of each failure');
	Test::More::diag("$i->{name}: $step: $_") for @wrong;
}

###############################################################################

# The steps of the operations of the last request: those of a load come first,
# the list of a subject among them, the rest is its save.

sub steps {
	my ($self, $ops) = @_;

	my @save = map { /save: .*\((\w+) [A-Z]+ -> / ? $1 : () } $self->lines();
	my $load = @$ops - @save;
	my $records = 0;

	return ((map { $_->{key} =~ /~/ ? 'OWNED'
		: $records++ ? 'FOLLOWED' : 'ASKED' } @$ops[0 .. $load - 1]), @save);
}

# the steps of it that failed

sub failed {
	my ($self) = @_;

	return map { /(?:save|load): .*\((\w+) FAILED -> / ? $1 : () }
		$self->lines();
}

# What the log tells of it, of which no more is read than what is new.  A save
# that goes on alone has no number of a connection.

sub lines {
	my ($self) = @_;

	my $number = $self->{i}{asked};

	if ($number != $self->{number}) {
		my $log = $self->{i}{t}->read_log($self->{end});
		my ($id) = $log =~ /\*(\d+) http header: "X-Number: $number"/;

		$self->{end} += length $log;
		$self->{number} = $number;
		$self->{lines} = [ map { /: (?:\*$id )?session (.*)/ ? $1 : () }
			split /\n/, $log ];
	}

	return @{$self->{lines}};
}

###############################################################################

1;

###############################################################################
