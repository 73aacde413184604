package Test::Session::Mistakes;

# Copyright (C) the ngx_http_session_module authors

# Configurations that "nginx -t" must refuse, with a message that says why,
# and those beside them that it must take.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::More;

use constant NAME => 120;	# characters of a case's name

our @EXPORT = qw/ check_with refused good each_of /;

my ($t, $http, $place);

###############################################################################

# what refused() and good() try: the lines of http {} that the code makes of
# their last arguments; place: a regex that each refusal matches besides

sub check_with {
	($t, $http, my %extra) = @_;

	$place = $extra{place} // qr//;
}

sub refused {
	my ($name, $reason, @conf) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	my ($ok, $said) = $t->check_http($http->(@conf));

	ok(!$ok && $said =~ /\[emerg\] .*$reason/ && $said =~ $place,
		'refused: ' . substr $name, 0, NAME) or diag($said);
}

sub good {
	my ($name, @conf) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	my ($ok, $said) = $t->check_http($http->(@conf));

	ok($ok, "good: $name") or diag($said);
}

# The same mistake with several words: pairs of a line and a reason, both with
# %s where the word is.  "" is the line's empty word, and quotes are not told.

sub each_of {
	my ($line, $reason, @words) = @_;

	return map {
		my $word = $_ eq '' && $line !~ /'%s'/ ? '""' : $_;
		my ($bare) = $_ =~ /^"?(.*?)"?$/;
		my $said = $reason =~ s/%s/$bare/gr;
		[ $line =~ s/%s/$word/gr, qr/\Q$said\E/ ]
	} @words;
}

###############################################################################

1;

###############################################################################
