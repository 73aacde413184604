package Test::Session;

# Copyright (C) the ngx_http_session_module authors

# Test harness, in the voice of nginx-tests: a temporary directory, ports from
# the kernel, one nginx and any number of memcached for each test file.  See
# t/README.  Each file ends with two more tests: nothing at alert or emerg in
# the error log, and no report of a sanitizer (or valgrind).

###############################################################################

use warnings;
use strict;

use base qw/ Exporter Test::Session::Conf /;

use Cwd qw/ abs_path /;
use File::Basename qw/ dirname /;
use File::Path qw/ make_path remove_tree /;
use File::Temp qw/ tempdir /;
use IO::Socket::INET;
use POSIX qw/ WNOHANG /;
use Test::More qw//;
use Time::HiRes qw/ sleep time /;

use Test::Session::Conf;
use Test::Session::HTTP;
use Test::Session::Memcached;
use Test::Session::Tree;

our @EXPORT = qw/ port wait_until done_testing plan /;
push @EXPORT, @Test::Session::HTTP::EXPORT;

# seconds that anything may take before a test gives up on it; a bound for
# loaded machines, sanitizers and valgrind, never a time that is waited out

use constant PATIENCE => 30;

my $main_pid = $$;

my @live;
my %ports;

###############################################################################

# plan() and done_testing() take the place of Test::More's own, which leave no
# room for the last two tests

sub import {
	my ($class, @names) = @_;

	local $^W = 0;
	$class->export_to_level(1, $class, @names);
}

sub new {
	my ($class) = @_;

	my $self = bless {
		binary => $ENV{TEST_NGINX_BINARY} || '/usr/sbin/nginx',
		dir => tempdir('ngx_session_XXXXXXXX', TMPDIR => 1),
		memcached => [],
		expected => [],
	}, $class;

	$self->{dir} = abs_path($self->{dir});
	$self->{module} = $self->find_module();

	push @live, $self;

	# END stops the servers when prove is interrupted, too

	$SIG{INT} = $SIG{TERM} = $SIG{HUP} = sub { exit 1 };

	return $self;
}

sub find_module {
	my ($self) = @_;

	if (defined $ENV{TEST_NGINX_MODULE}) {
		return $ENV{TEST_NGINX_MODULE};
	}

	return '' if $self->nginx_version() =~ /--add-module=\S*/;
	return build() . '/ngx_http_session_module.so';
}

sub nginx_version {
	my ($self) = @_;

	$self->{version} //= `$self->{binary} -V 2>&1`;
	return $self->{version};
}

# is something compiled into nginx?  e.g. "--with-http_v3_module"

sub has {
	my ($self, $option) = @_;

	return $self->nginx_version() =~ /\Q$option\E(?![\w-])/ ? 1 : 0;
}

# can Debian's own dynamic modules (Lua, njs) be loaded into this nginx?

sub is_packaged {
	my ($self) = @_;

	return abs_path($self->{binary}) eq '/usr/sbin/nginx';
}

sub testdir {
	my ($self) = @_;

	return $self->{dir};
}

sub binary { return $_[0]{binary} }

# the module's file, '' when it is in the binary

sub module { return $_[0]{module} }

# folder of what was built, and of the project

sub build { return Test::Session::Tree::build() }
sub root { return Test::Session::Tree::root() }

# of the environment: the nginx, or the module, that "make variant-build" makes

sub variant {
	my $variant = build() . '/variant';

	return -x "$variant/nginx" ? (TEST_NGINX_BINARY => "$variant/nginx")
		: (TEST_NGINX_MODULE => "$variant/ngx_http_session_module.so");
}

###############################################################################

# A port for number n of this test, kept for it by a socket that is bound and
# never listens, so that nobody else is given it; a server with SO_REUSEADDR
# can listen on it all the same.

sub port {
	my ($n) = @_;

	$ports{$n} //= IO::Socket::INET->new(
		Proto => 'tcp',
		LocalAddr => '127.0.0.1:0',
		ReuseAddr => 1,
	) or die "no free port: $!\n";

	return $ports{$n}->sockport();
}

# polls until the code returns true; its value, or undef when time is up

sub wait_until(&;$) {
	my ($code, $seconds) = @_;

	my $end = time() + ($seconds || PATIENCE);

	while (1) {
		my $value = $code->();
		return $value if $value;
		return undef if time() > $end;
		sleep(0.02);
	}
}

sub waitforsocket {
	my ($self, $address, $seconds) = @_;

	return wait_until {
		my $socket = Test::Session::HTTP::connect_to($address);
		return defined $socket;
	} $seconds;
}

sub write_file {
	my ($self, $name, $content) = @_;

	my $path = "$self->{dir}/$name";
	make_path(dirname($path));

	open my $fh, '>:raw', $path or die "cannot create $path: $!\n";
	print $fh $content;
	close $fh or die "cannot write $path: $!\n";

	return $path;
}

sub write_file_expand {
	my ($self, $name, $content) = @_;

	return $self->write_file($name, $self->expand($content));
}

# a file with a secret for secret_file; its path

sub secret {
	my ($self, $name, $secret) = @_;

	my $path = $self->write_file($name || 'secret',
		$secret // 'a secret of the tests, 40 bytes long....');
	chmod 0600, $path;

	return $path;
}

# lines of a hosts file, which nginx reads in place of the system's; what is not
# in it is asked of the system as ever

sub hosts {
	my ($self, $lines) = @_;

	$ENV{NSS_WRAPPER_HOSTS} = $self->write_file('hosts', $lines);
	$ENV{NSS_WRAPPER_MAX_HOSTENTS} = 1000;
	$ENV{NSS_WRAPPER_DISABLE_DEEPBIND} = 1;		# AddressSanitizer refuses it
}

# a self-signed certificate: NAME.crt and NAME.key in the test's directory

sub certificate {
	my ($self, $name) = @_;

	my $path = "$self->{dir}/$name";

	system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 "
		. "-subj /CN=$name -keyout $path.key -out $path.crt "
		. ">$self->{dir}/openssl.out 2>&1") == 0
		or die "openssl failed: " . $self->read_file('openssl.out');

	return $path;
}

sub read_file {
	my ($self, $name, $from) = @_;

	open my $fh, '<:raw', "$self->{dir}/$name" or return '';
	seek $fh, $from // 0, 0;
	local $/;
	my $content = <$fh>;
	close $fh;

	return $content // '';
}

###############################################################################

# Starts a memcached on the port of macro %%MC_n%%, n counts up from 0; see
# Test::Session::Memcached for what can be done with it.

sub memcached {
	my ($self, %extra) = @_;

	my $n = @{$self->{memcached}};

	my $server = Test::Session::Memcached->new(
		address => $extra{unix} ? "unix:" . $self->unix_path("mc$n")
			: '127.0.0.1:' . port("mc$n"),
		log => "$self->{dir}/memcached.$n.log",
		%extra,
	);

	push @{$self->{memcached}}, $server;
	$server->start();

	$self->waitforsocket($server->address())
		or die "memcached does not listen: $server->{log}\n";

	return $server;
}

# The same with a scripted fake server; see Test::Session::Memcached::Fake.

sub memcached_fake {
	my ($self, @script) = @_;

	my $n = @{$self->{memcached}};

	my $server = Test::Session::Memcached::Fake->new(
		address => '127.0.0.1:' . port("mc$n"),
		log => "$self->{dir}/memcached.$n.log",
		script => \@script,
	);

	push @{$self->{memcached}}, $server;
	$server->start();

	return $server;
}

# Runs a sub in a process of its own until stop(), e.g. a back end; it begins
# with the address that it shall listen on, which is waited for.

sub run_daemon {
	my ($self, $address, $code, @args) = @_;

	my $pid = fork() // die "fork() failed: $!\n";

	if ($pid == 0) {
		my $ok = eval { $code->($address, @args); 1 };
		print STDERR $@ unless $ok;
		POSIX::_exit($ok ? 0 : 1);
	}

	push @{$self->{daemons}}, $pid;

	$self->waitforsocket($address) or die "no daemon at $address\n";

	return $pid;
}

###############################################################################

# the command line that starts nginx, with wrapper and library preloaded

sub command {
	my ($self, @args) = @_;

	my @command = ($self->{binary}, '-p', "$self->{dir}/", @args);

	if ($ENV{TEST_NGINX_VALGRIND}) {
		unshift @command, split(' ', $ENV{TEST_NGINX_VALGRIND}),
			"--log-file=$self->{dir}/valgrind.%p.log";
	}

	return @command;
}

sub exec_nginx {
	my ($self, $output, @args) = @_;

	my $pid = fork() // die "fork() failed: $!\n";

	if ($pid == 0) {
		open STDIN, '<', '/dev/null';
		open STDOUT, '>>', "$self->{dir}/$output";
		open STDERR, '>&', \*STDOUT;

		my @preload = grep { $_ } $ENV{TEST_NGINX_PRELOAD},
			$ENV{NSS_WRAPPER_HOSTS} && 'libnss_wrapper.so';

		$ENV{LD_PRELOAD} = "@preload" if @preload;

		# the wrapper may come before what a static nginx is linked with

		$ENV{ASAN_OPTIONS} = join ':', 'verify_asan_link_order=0',
			$ENV{ASAN_OPTIONS} // () if $ENV{NSS_WRAPPER_HOSTS};

		exec $self->command(@args) or POSIX::_exit(127);
	}

	return $pid;
}

sub run {
	my ($self, $conf) = @_;

	$conf ||= 'nginx.conf';

	$self->{pid} = $self->exec_nginx('stderr', '-e',
		"$self->{dir}/error.log", '-c', "$self->{dir}/$conf");

	my $ready = wait_until {
		return -1 if waitpid($self->{pid}, WNOHANG) != 0;
		return -s "$self->{dir}/nginx.pid" && $self->worker_pids();
	};

	if (!$ready || $ready == -1) {
		delete $self->{pid} if $ready;
		die "nginx did not start:\n" . $self->read_file('stderr')
			. $self->read_log();
	}

	return $self;
}

# nginx -t with a configuration: (1 or 0, what it printed)

sub check_conf {
	my ($self, $content) = @_;

	$self->write_file('check.conf',
		$self->expand($content, log => "$self->{dir}/check.log"));

	unlink "$self->{dir}/check.out";

	my $pid = $self->exec_nginx('check.out', '-e', 'stderr', '-t', '-c',
		"$self->{dir}/check.conf");
	waitpid($pid, 0);

	return ($? == 0 ? 1 : 0, $self->read_file('check.out'));
}

# the same with these lines in http {}, see Test::Session::Conf

sub check_http {
	my ($self, @conf) = @_;

	return $self->check_conf($self->conf(@conf));
}

sub pid {
	my ($self) = @_;

	return $self->{pid};
}

sub worker_pids {
	my ($self) = @_;

	my $master = $self->{pid};
	open my $fh, '<', "/proc/$master/task/$master/children" or return;
	my @pids = split ' ', <$fh> // '';
	close $fh;

	return @pids;
}

sub signal {
	my ($self, $name) = @_;

	kill $name, $self->{pid} or die "cannot signal nginx: $!\n";
}

# resident memory of a process, kB

sub memory {
	my ($self, $pid) = @_;

	open my $fh, '<', "/proc/$pid/status" or die "no process $pid: $!\n";
	my ($size) = map { /^VmRSS:\s+(\d+) kB/ ? $1 : () } <$fh>;
	close $fh;

	return $size;
}

# HUP; returns when a worker of the new configuration runs, the old ones may
# still be at work (old_workers() waits for their end)

sub reload {
	my ($self) = @_;

	my %old = map { $_ => 1 } $self->worker_pids();
	$self->{old} = \%old;
	$self->signal('HUP');

	my $new = wait_until {
		return grep { !$old{$_} } $self->worker_pids();
	};

	return defined $new ? 1 : 0;
}

# waits until each worker from before the last reload() was told to end, and has
# closed what is idle: 1, or 0

sub old_workers_told {
	my ($self) = @_;

	my $told = wait_until {
		my $log = $self->read_log();
		return !grep { $log !~ / $_#\d+: gracefully shutting down/ }
			keys %{$self->{old}};
	};

	return $told ? 1 : 0;
}

# waits until no worker from before the last reload() is left: 1, or 0

sub old_workers_gone {
	my ($self, $seconds) = @_;

	my $gone = wait_until {
		return !grep { $self->{old}{$_} } $self->worker_pids();
	} $seconds;

	return $gone ? 1 : 0;
}

# graceful; nginx that does not quit in time is killed, which is an alert

sub stop {
	my ($self) = @_;

	my $pid = delete $self->{pid} or return $self;

	kill 'QUIT', $pid;

	if (!wait_until { waitpid($pid, WNOHANG) != 0 }) {
		my @workers = do { local $self->{pid} = $pid; $self->worker_pids() };
		kill 'KILL', $pid, @workers;
		waitpid($pid, 0);
		$self->{stuck} = "[alert] nginx did not quit\n";
	}

	return $self;
}

###############################################################################

sub read_log {
	my ($self, $from) = @_;

	return $self->read_file('error.log', $from);
}

# how many lines of the error log match

sub log_count {
	my ($self, $regex) = @_;

	return scalar grep { $_ =~ $regex } split /^/, $self->read_log();
}

# waits until that many lines of the error log match (count, 1 if not given);
# 1, or 0 when time is up (seconds, if given)

sub wait_for_log {
	my ($self, $regex, %extra) = @_;

	my $count = $extra{count} || 1;
	my $found = wait_until { $self->log_count($regex) >= $count }
		$extra{seconds};

	return $found ? 1 : 0;
}

# an alert that a test brings about itself, e.g. by killing a worker

sub expect_alert {
	my ($self, $regex) = @_;

	push @{$self->{expected}}, $regex;
}

sub alerts {
	my ($self) = @_;

	my @lines = grep { /\[(?:alert|emerg)\]/ } split /^/, $self->read_log();
	push @lines, $self->{stuck} if $self->{stuck};

	for my $regex (@{$self->{expected}}) {
		@lines = grep { $_ !~ $regex } @lines;
	}

	return join '', @lines;
}

sub sanitizer_reports {
	my ($self) = @_;

	my $text = $self->read_log() . $self->read_file('stderr')
		. $self->read_file('check.out');

	my @lines = grep { /Sanitizer|:\d+:\d+: runtime error:/ }
		split /^/, $text;

	for my $file (glob "$self->{dir}/valgrind.*.log") {
		open my $fh, '<', $file or next;
		push @lines, grep { /\S/ } <$fh>;
		close $fh;
	}

	return join '', @lines;
}

###############################################################################

# plan(N) or $t->plan(N), plan(skip_all => REASON)

sub plan {
	my (@args) = @_;

	my $self = ref $args[0] ? shift @args : undef;

	if ($args[0] eq 'skip_all') {
		for my $test (splice @live) {
			$test->stop_all();
			$test->clean();
		}

		Test::More::plan(@args);
	}

	Test::More::plan(tests => $args[-1] + 2);

	return $self;
}

sub done_testing {
	finish_all(0);
	Test::More::done_testing();
}

sub finish_all {
	my ($died) = @_;

	while (my $self = shift @live) {
		$self->finish($died);
	}
}

# stops all that this test started; then the last two tests

sub finish {
	my ($self, $died) = @_;

	my $failed = grep { !$_ } Test::More->builder->summary();

	$self->stop_all();

	Test::More::is($self->alerts(), '', 'no alerts');
	Test::More::is($self->sanitizer_reports(), '', 'no sanitizer reports');

	if ($failed || $died) {
		Test::More::diag("error.log:\n" . join '',
			grep { !/\[(?:debug|notice)\]/ } split /^/, $self->read_log());
	}

	$self->clean();
}

sub stop_all {
	my ($self) = @_;

	$self->stop();

	$_->end() for @{$self->{memcached}};

	for my $pid (@{$self->{daemons} || []}) {
		kill 'KILL', $pid;
		waitpid($pid, 0);
	}
}

sub clean {
	my ($self) = @_;

	if ($ENV{TEST_NGINX_LEAVE}) {
		Test::More::diag("left: $self->{dir}");
	} else {
		remove_tree($self->{dir});
	}
}

END {
	if ($$ == $main_pid && @live) {
		my $status = $?;
		finish_all($status != 0);
		$? = $status;
	}
}

###############################################################################

1;

###############################################################################
