package Test::Session::Readers;

# Copyright (C) the ngx_http_session_module authors

# The programs of docs/readers, as they are or with settings of another
# session_manager block.

###############################################################################

use warnings;
use strict;

use POSIX qw//;

my %interpreter = (
	py => ['/usr/bin/python3', '-B'],
	php => ['php'],
	js => ['node'],
);

###############################################################################

sub new {
	my ($class, $t, $mc) = @_;

	my $self = bless { t => $t, mc => $mc, files => {} }, $class;

	for my $language ($self->languages()) {
		$self->{files}{$language}
			= $t->root() . "/docs/readers/reader.$language";
	}

	return $self;
}

sub languages { return qw/ py php js / }

# copies of the programs, with other values of their constants

sub with {
	my ($self, %settings) = @_;

	my $other = bless { %$self, files => {} }, ref $self;

	for my $language ($self->languages()) {
		open my $fh, '<', $self->{files}{$language} or die "$!\n";
		my $text = do { local $/; <$fh> };

		for my $name (keys %settings) {
			$text =~ s/^((?:const )?\Q$name\E = )[^;#\s]+/$1$settings{$name}/m
				or die "no $name in reader.$language\n";
		}

		my $file = join '_', 'reader', %settings;
		$self->{t}->write_file("$file.$language", $text);
		$other->{files}{$language} = $self->{t}->testdir() . "/$file.$language";
	}

	return $other;
}

# (status, what it printed, what it said on standard error)

sub run {
	my ($self, $language, $file, $manager, $cookie, @pair) = @_;

	my $dir = $self->{t}->testdir();
	my $log = "$dir/reader.$$.log";

	my $pid = open(my $fh, '-|') // die "fork() failed: $!\n";

	if ($pid == 0) {
		open STDERR, '>', $log;
		exec @{$interpreter{$language}}, $self->{files}{$language},
			"$dir/$file", $manager, $cookie, $self->{mc}->address(), @pair
			or POSIX::_exit(127);
	}

	local $/;
	my $out = <$fh> // '';
	close $fh;
	my $status = $? >> 8 || $? & 127;

	open my $said, '<', $log or die "$log: $!\n";

	return ($status, $out, <$said> // '');
}

###############################################################################

1;

###############################################################################
