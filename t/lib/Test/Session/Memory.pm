package Test::Session::Memory;

# Copyright (C) the ngx_http_session_module authors

# Sessions in the store "memory" of t/variant, which has faults on demand: the
# module is built by "make variant-build".  What can be done with sessions is
# that of Test::Session::Identity.

###############################################################################

use warnings;
use strict;

use base qw/ Test::Session::Identity /;

use File::Basename qw/ dirname /;

use Test::Session;

# reasons of ngx_session_reason_e, without "none"

use constant REASONS => 12;

###############################################################################

sub new {
	my ($class, %extra) = @_;

	my $variant = Test::Session->build() . '/variant';

	local $ENV{TEST_NGINX_BINARY} = "$variant/nginx" if -x "$variant/nginx";
	local $ENV{TEST_NGINX_MODULE} = "$variant/ngx_http_session_module.so"
		if !-x "$variant/nginx";
	local $ENV{TEST_NGINX_LOG_LEVEL} = 'debug_http';

	my $self = $class->SUPER::new(server => 'session_on_error deny;',
		store => 'memory %%TESTDIR%%/script %%TESTDIR%%/trace;', %extra);

	$self->{reason} = 0;
	$self->faults();

	return $self;
}

# From now on these lines are the script, and operations are counted anew.

sub faults {
	my ($self, @lines) = @_;

	my $t = $self->{t};
	my $path = $t->write_file('script.new', join '', map { "$_\n" } @lines);

	unlink $t->testdir() . '/trace';
	rename $path, $t->testdir() . '/script' or die "cannot rename: $!\n";
}

# The operations that were carried out since then, as hashes.

sub trace {
	my ($self) = @_;

	return map {
		my %op;
		@op{qw/ n verb key life outcome /} = split / /;
		\%op;
	} split /\n/, $self->{t}->read_file('trace');
}

# The faults that an operation can have; each failure has another reason.

sub faults_of {
	my ($self, $op) = @_;

	my @failures = $op->{verb} eq 'get' ? qw/ fail refuse /
		: qw/ fail refuse blind /;
	my @others = $op->{verb} eq 'get' ? ('lose', 'damage', 'late 20')
		: $op->{verb} eq 'add' ? ('clash') : ('lose', 'clash');

	return ((map { "$_ " . $self->next_reason() } @failures), @others);
}

sub next_reason {
	my ($self) = @_;

	$self->{reason} = $self->{reason} % REASONS + 1;

	return $self->{reason};
}

# The steps that saves took, with their outcomes: "UPDATE DONE".

sub steps {
	my ($self) = @_;

	my %steps = map { $_ => 1 } $self->{t}->read_log()
		=~ /session save: (\w+ [A-Z]+) ->/g;

	return sort keys %steps;
}

###############################################################################

1;

###############################################################################
