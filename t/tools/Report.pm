package Report;

# Copyright (C) the ngx_http_session_module authors

# What the checks of the source have in common: complaints, and a list of those
# that are allowed since they were true when a check was new.  The list only
# becomes shorter: a line that is not needed any more is a complaint, too.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use CSource qw/ read_file /;

our @EXPORT = qw/ complain complain_unless read_allowed is_allowed finish /;

my %allowed;        # entry => is it needed?
my $list;
my $verbose;
my $errors = 0;

###############################################################################

# the file may be undef; verbose: what is allowed is printed, too

sub read_allowed {
	($list, $verbose) = @_;

	%allowed = map { $_ => 0 } grep { !/^(?:#|$)/ }
		split /\n/, defined $list ? read_file($list) : '';
}

sub is_allowed {
	my ($entry) = @_;

	return 0 if !exists $allowed{$entry};

	$allowed{$entry} = 1;
	return 1;
}

sub complain {
	my ($text) = @_;

	print "$text\n";
	$errors++;
}

# a complaint, if one of the entries is not in the list

sub complain_unless {
	my ($text, @entries) = @_;

	my @missing = grep { !is_allowed($_) } @entries;

	if (@missing) {
		complain(join "\n    ", $text, map { "[$_]" } @missing);

	} elsif ($verbose) {
		print "allowed: $text\n";
	}
}

# the exit status

sub finish {
	for my $entry (grep { !$allowed{$_} } sort keys %allowed) {
		complain("$list: a line is not needed any more: $entry");
	}

	return $errors ? 1 : 0;
}

###############################################################################

1;

###############################################################################
