package Test::Session::NoMemory;

# Copyright (C) the ngx_http_session_module authors

# The module with allocations that can be told to fail: its objects are linked
# again, with t/tools/fail_alloc.c in the place of what they call.

###############################################################################

use warnings;
use strict;

use Test::More import => [ qw/ cmp_ok is / ];

use Test::Session;

###############################################################################

# undef when there is no module to link again: it is in the binary

sub new {
	my ($class, $t) = @_;

	return undef if $t->module() eq '';

	my $self = bless { t => $t, file => $t->testdir() . '/fail_alloc' },
		$class;

	$t->write_file('fail_alloc', pack 'ii', 0, 0);
	chmod 0666, $self->{file};
	$self->link();

	return $self;
}

# as nginx's makefile does it

sub link {
	my ($self) = @_;

	my $t = $self->{t};
	my $wrapper = $t->testdir() . '/fail_alloc.o';
	my $module = $t->testdir() . '/fail_alloc.so';
	my $source = $t->root() . '/t/tools/fail_alloc.c';

	open my $fh, '<', $t->build() . '/objs/Makefile' or die "$!\n";
	my $makefile = do { local $/; <$fh> };
	close $fh;

	my ($link) = $makefile =~ /^\t\$\(LINK\) -o \S+_module\.so((?:.*\\\n)*.*)/m
		or die "the makefile links no module\n";

	open $fh, '<', $source or die "$source: $!\n";
	my @wrap = map { /^fail\((\w+),/ ? "-Wl,--wrap=$1" : () } <$fh>;
	close $fh;

	$link =~ s/\\\n//g;

	# in a coverage build, gcov's own calls would be wrapped, too

	my $covered = $link =~ /--coverage/;
	my $flags = $covered ? ' -DFAIL_ALLOC_COVERED' : '';

	@wrap = grep { !/=(?:m|c|re)alloc$/ } @wrap if $covered;

	for my $command (
		"gcc -O1 -fPIC -c -DFAIL_ALLOC='\"$self->{file}\"'$flags"
			. " -o $wrapper $source",
		"gcc -o $module $wrapper @wrap $link")
	{
		system("$command > $module.log 2>&1") == 0
			or die $t->read_file('fail_alloc.so.log');
	}

	$t->{module} = $module;
}

# the nth allocation from now on fails, 0: none

sub fail_at {
	my ($self, $n) = @_;

	$self->control('+<', sub {
		my ($fh) = @_;

		syswrite $fh, pack 'ii', $n, 0;
	});
}

# has one failed since then?

sub failed {
	my ($self) = @_;

	my $failed;

	$self->control('<', sub {
		my ($fh) = @_;

		sysread $fh, my $ints, 8;
		$failed = (unpack 'ii', $ints)[1];
	});

	return $failed;
}

sub control {
	my ($self, $mode, $code) = @_;

	open my $fh, $mode, $self->{file} or die "$self->{file}: $!\n";
	$code->($fh);
	close $fh;
}

# The code runs for 1, 2, ..., and says fail_at(), until no allocation is left
# that could: how many there were.

sub each_failure {
	my ($self, $code) = @_;

	for (my $n = 1; ; $n++) {
		$code->($n);

		my $failed = $self->failed();
		$self->fail_at(0);

		return $n - 1 if !$failed;
	}
}

# A request ends whichever of its allocations fails, with an answer that its
# client can understand or with a closed connection, and the worker lives.
# What the first code returns is given to the second one, which returns the
# response.

sub survives {
	my ($self, $what, $before, $request) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;

	my ($worker) = $self->{t}->worker_pids();
	my $bad = '';

	my $made = $self->each_failure(sub {
		my ($n) = @_;

		my @session = $before->();
		$self->fail_at($n);

		my $r = $request->(@session);
		$bad .= "$n: " . $r->status() . ' '
			if $r->status() !~ /^(?:0|2\d\d|30\d|4\d\d|50[023])$/;
	});

	cmp_ok($made, '>', 0, "$what: makes allocations");
	is($bad, '', "$what: each may fail");
	is(join(' ', $self->{t}->worker_pids()), $worker,
		"$what: the worker lives");
}

###############################################################################

1;

###############################################################################
