package Test::Session::Mistakes;

# Copyright (C) the ngx_http_session_module authors

# Configurations that "nginx -t" must refuse, with a message that says why,
# and those beside them that it must take.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::More;

use constant NAME => 160;	# characters of a case's name

our @EXPORT = qw/ check_with refused good each_refused each_good each_of
	single /;

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

	ok(!$ok && has_line($said, $reason) && $said =~ $place,
		'refused: ' . substr $name, 0, NAME) or diag($said);
}

sub good {
	my ($name, @conf) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	my ($ok, $said) = $t->check_http($http->(@conf));

	ok($ok, "good: $name") or diag($said);
}

# pairs of what is written and the reason; what is good is taken without a
# warning

sub each_refused {
	local $Test::Builder::Level = $Test::Builder::Level + 1;

	for my $case (@_) {
		my ($ok, $said) = $t->check_http($http->($case->[0]));

		ok(!$ok, 'refused: ' . substr $case->[0], 0, NAME);
		ok(has_line($said, $case->[1]), 'with a reason, and a line')
			or diag($said);
	}
}

sub each_good {
	local $Test::Builder::Level = $Test::Builder::Level + 1;

	for my $conf (@_) {
		my ($ok, $said) = $t->check_http($http->($conf));

		ok($ok, 'good: ' . substr $conf, 0, NAME) or diag($said);
		unlike($said, qr/\[warn\]/, 'without a warning');
	}
}

# The reason, and where it is: what nginx says of its own, of a file of OpenSSL
# or a variable that it does not know, has a line of ours beside it.

sub has_line {
	my ($said, $reason) = @_;

	return $said =~ /\[emerg\] .*$reason/
		&& $said =~ /\[(?:emerg|warn)\] .* in \S+:\d+$/m;
}

# a directive of a block that stands once, a good value, what is said of others

sub single {
	my ($block, $name, $good, $reason, @bad) = @_;

	return (
		[ "$block $name;",
			qr/invalid number of arguments in "$name"/ ],
		[ "$block $name $good; $name $good;",
			qr/"$name" directive is duplicate/ ],
		map { [ "$block $name $_;",
			qr/invalid value ".*" in "$name": .*$reason/s ] } @bad,
	);
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
