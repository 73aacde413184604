package Test::Session::Demo;

# Copyright (C) the ngx_http_session_module authors

# demo/run as a person starts it, with a directory of the test's own; its
# files are where those of the test's nginx would be, so that the last two
# tests of a file look at them.

###############################################################################

use warnings;
use strict;

use File::Copy qw/ copy /;
use File::Path qw/ make_path /;
use IO::Socket::INET;
use POSIX qw/ WNOHANG /;

use Test::Session;

my @started;			# of this process

# The usual ports are held, by this test or by others: by SO_REUSEPORT several
# tests can hold them at the same time, and demo/run cannot have them.

our @held = map {
	IO::Socket::INET->new(LocalAddr => "127.0.0.1:$_", Listen => 1,
		ReuseAddr => 1, ReusePort => 1)
} 8080, 11211;

# demo/run goes on when a test dies

END {
	local ($?, $@);

	$_->stop('TERM') for grep { $_->{starter} == $$ && !$_->reap() } @started;
}

###############################################################################

# Options: env (a hash), program (demo/run), become (a command before it).

sub start {
	my ($class, $t, %extra) = @_;

	my $self = bless {
		t => $t, starter => $$,
		output => 'output.' . @started,
	}, $class;

	# what ASan writes to stderr is looked for in "stderr"
	symlink 'nginx.log', "$t->{dir}/stderr";

	my %env = (
		TEST_NGINX_BINARY => wrapper($t),
		TEST_NGINX_MODULE => $t->{module},
		RUN_DIR => $t->{dir},
		HOST => '',
		PORT => '',
		%{$extra{env} || {}},
	);

	my $program = $extra{program} || $t->root() . '/demo/run';

	$self->{pid} = fork() // die "fork() failed: $!\n";

	if ($self->{pid} == 0) {
		@ENV{keys %env} = values %env;
		# as in "demo/run &" of a script
		$SIG{INT} = 'IGNORE';
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', "$t->{dir}/$self->{output}";
		open STDERR, '>&', \*STDOUT;
		exec @{$extra{become} || []}, $program or POSIX::_exit(127);
	}

	push @started, $self;

	return $self;
}

# nginx that loads a library first, when a sanitizer is used

sub wrapper {
	my ($t) = @_;

	my $preload = $ENV{TEST_NGINX_PRELOAD} or return $t->{binary};
	my $path = $t->write_file('nginx',
		"#!/bin/sh\nLD_PRELOAD='$preload' exec '$t->{binary}' \"\$\@\"\n");
	chmod 0755, $path;

	return $path;
}

sub output {
	my ($self) = @_;

	return $self->{t}->read_file($self->{output});
}

# waits for the line that tells that it is ready: 1, or 0 when it ended

sub ready {
	my ($self) = @_;

	my $state = wait_until {
		return 'ready' if $self->output() =~ /^The demo is ready/m;
		return 'ended' if $self->reap();
	};

	return ($state // '') eq 'ready' ? 1 : 0;
}

# (port, pid) of memcached, application or nginx

sub server {
	my ($self, $name) = @_;

	return $self->output() =~ /^    \Q$name\E +\S+:(\d+) +pid (\d+)/m;
}

sub url {
	my ($self) = @_;

	return ($self->output() =~ /^The demo is ready. Open (\S+)\/ /m)[0];
}

# all processes below

sub pids {
	my ($self) = @_;

	my @pids;
	my @look = ($self->{pid});

	while (defined(my $pid = shift @look)) {
		open my $fh, '<', "/proc/$pid/task/$pid/children" or next;
		my @children = split ' ', <$fh> // '';
		push @pids, @children;
		push @look, @children;
	}

	return @pids;
}

sub is_running {
	my ($pid) = @_;

	open my $fh, '<', "/proc/$pid/stat" or return 0;
	return (<$fh> // '') =~ /^\d+ \(.*\) [^ZX]/s ? 1 : 0;
}

sub reap {
	my ($self) = @_;

	return 1 if defined $self->{status};
	return 0 if waitpid($self->{pid}, WNOHANG) == 0;

	$self->{status} = $? >> 8 || $? & 127;
	return 1;
}

# the status that it ended with, undef: it did not

sub wait_end {
	my ($self) = @_;

	return wait_until { $self->reap() } ? $self->{status} : undef;
}

# sends a signal; ($status, pids of what is left running)

sub stop {
	my ($self, $signal) = @_;

	my @pids = $self->pids();
	kill $signal, $self->{pid};
	my $status = $self->wait_end();

	return ($status, join ' ', grep { is_running($_) } @pids);
}

# A copy of all that demo/run needs, in DIRECTORY below the test's: options
# of start() that run it there.

sub copied {
	my ($t, $directory) = @_;

	my $to = "$t->{dir}/$directory";
	my $from = $t->root() . '/demo';
	make_path("$to/demo");
	system('cp', '-R', "$from/.", "$to/demo") == 0 or die "cp failed\n";

	my %env = (RUN_DIR => "$to/run");

	for my $name (qw/ module binary /) {
		next if $t->{$name} eq '' || $name eq 'binary' && $t->is_packaged();
		my ($file) = $t->{$name} =~ m!([^/]+)$!;
		copy($t->{$name}, "$to/$file") or die "cannot copy $file: $!\n";
		chmod 0755, "$to/$file";
		$env{'TEST_NGINX_' . uc $name} = "$to/$file";
	}

	return (program => "$to/demo/run", env => \%env);
}

###############################################################################

1;

###############################################################################
