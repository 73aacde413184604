package Test::Session::Tap;

# Copyright (C) the ngx_http_session_module authors

# The TAP of another program as a subtest.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::More;

our @EXPORT_OK = qw/ tap_ok /;

###############################################################################

sub tap_ok {
	my ($name, @command) = @_;

	my ($planned, $bad) = (undef, 0);

	open my $fh, '-|', @command or return fail("$name: cannot run it: $!");
	my @lines = <$fh>;
	close $fh;
	my $status = $?;

	return subtest $name => sub {
		for my $line (@lines) {
			chomp $line;

			if ($line =~ /^1\.\.(\d+)$/) {
				$planned = $1;

			} elsif ($line =~ /^(not )?ok \d+ ?(?:- )?(.*)$/) {
				ok(!$1, $2);

			} else {
				diag($line);
			}
		}

		my $count = Test::More->builder->current_test();

		is($planned, $count, 'as many tests as planned');
		is($status, 0, 'exit status');
		cmp_ok($count, '>', 0, 'it tests something');
		done_testing();
	};
}

###############################################################################

1;

###############################################################################
