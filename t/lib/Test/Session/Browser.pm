package Test::Session::Browser;

# Copyright (C) the ngx_http_session_module authors

# A browser of one site, by curl: it has a real one's rules on cookies, and
# speaks TLS.  Where its connections go is the test's matter.

###############################################################################

use warnings;
use strict;

use Test::Session;

my $number = 0;

###############################################################################

# site: such as https://example.com; to: HOST:PORT:ADDRESS:PORT, as of curl's
# --connect-to

sub new {
	my ($class, $t, $site, @to) = @_;

	my $jar = $t->testdir() . '/browser.' . $number++;

	return bless { site => $site, jar => $jar, to => \@to,
		args => [] }, $class;
}

# the same one, whose connections go to another address

sub moved {
	my ($self, $other) = @_;

	return bless { %$self, to => $other->{to} }, ref $self;
}

# the same one, with more arguments of curl for each request

sub with {
	my ($self, @args) = @_;

	return bless { %$self, args => [ @{$self->{args}}, @args ] }, ref $self;
}

sub get {
	my ($self, $path, @args) = @_;

	my $url = $path =~ /^https?:/ ? $path : "$self->{site}$path";

	return curl(map({ ('--connect-to', $_) } @{$self->{to}}),
		'-b', $self->{jar}, '-c', $self->{jar}, '--path-as-is',
		@{$self->{args}}, @args, $url);
}

# a form: pairs of names and values

sub post {
	my ($self, $path, @fields) = @_;

	my @args = ('-d', '');

	while (my ($name, $value) = splice @fields, 0, 2) {
		push @args, '--data-urlencode', "$name=$value";
	}

	return $self->get($path, @args);
}

sub login {
	my ($self, $user, @fields) = @_;

	return $self->post('/login', user => $user, password => 'right',
		@fields);
}

# what a browser shows behind redirects, at most five

sub follow {
	my ($self, $response) = @_;

	for (1 .. 5) {
		last if $response->status() !~ /^30[1237]$/;
		$response = $self->get($response->header('Location'));
	}

	return $response;
}

# the value of a Cookie header

sub cookie {
	my ($self) = @_;

	open my $file, '<', $self->{jar} or return '';

	return join '; ', map { "$_->[5]=$_->[6]" } grep { @$_ == 7 }
		map { chomp; [ split /\t/ ] } <$file>;
}

###############################################################################

1;

###############################################################################
