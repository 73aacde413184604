package Test::Session::Chromium;

# Copyright (C) the ngx_http_session_module authors

# Debian's chromium, without a window, as chromedriver drives it by the
# WebDriver protocol.  What cannot be done dies.

###############################################################################

use warnings;
use strict;

use HTTP::Tiny;
use JSON::PP;
use MIME::Base64;

use Test::Session;

use constant PATIENCE => 30;	# s, until chromedriver answers a command

use constant ELEMENT => 'element-6066-11e4-a52e-4f735466cecf';	# W3C's word

my @options = ('--headless=new', '--no-sandbox', '--disable-gpu',
	'--disable-dev-shm-usage', '--disable-extensions', '--hide-scrollbars',
	'--disable-background-networking', '--disable-component-update',
	'--no-first-run', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1');

my @windows;			# of this process

# chromedriver leaves them running when it is killed, as when a test dies

END {
	local ($?, $@);

	eval { $_->quit() } for @windows;
}

###############################################################################

sub is_there {
	return !grep { my $name = $_; !grep { -x "$_/$name" } split /:/, $ENV{PATH} }
		qw/ chromium chromedriver /;
}

# a chromedriver on a port of the test

sub new {
	my ($class, $t, $port) = @_;

	my $self = bless { t => $t, at => "http://127.0.0.1:$port",
		http => HTTP::Tiny->new(timeout => PATIENCE) }, $class;

	$t->run_daemon("127.0.0.1:$port", sub {
		$ENV{HOME} = $t->testdir();
		open STDOUT, '>', $t->testdir() . '/chromedriver.log';
		open STDERR, '>&', \*STDOUT;
		exec 'chromedriver', "--port=$port";
		die "no chromedriver: $!\n";
	});

	return $self;
}

# A browser with a profile of its own; it ends with the test at the latest.

sub open_window {
	my ($self, $width, $height) = @_;

	my $window = bless { %$self, pid => $$ }, ref $self;

	my $begun = $window->command('POST', '', { capabilities => { alwaysMatch => {
		'goog:chromeOptions' => { args => [ @options,
			"--window-size=$width,$height" ] } } } });

	$window->{session} = "/$begun->{sessionId}";
	push @windows, $window;

	$window->emulate('Emulation.setDeviceMetricsOverride', width => $width,
		height => $height, deviceScaleFactor => 1, mobile => JSON::PP::false);

	return $window;
}

sub command {
	my ($self, $method, $path, $data) = @_;

	my $r = $self->{http}->request($method,
		"$self->{at}/session" . ($self->{session} // '') . $path,
		$method eq 'POST' ? { content => encode_json($data // {}) } : {});
	my $said = eval { decode_json($r->{content}) }
		or die "chromedriver: $r->{content}\n";

	die "chromedriver, $path: $said->{value}{message}\n" if !$r->{success};

	return $said->{value};
}

sub emulate {
	my ($self, $what, %params) = @_;

	return $self->command('POST', '/goog/cdp/execute',
		{ cmd => $what, params => \%params });
}

# dark or light: what the browser likes

sub prefers {
	my ($self, $scheme) = @_;

	$self->emulate('Emulation.setEmulatedMedia',
		features => [ { name => 'prefers-color-scheme', value => $scheme } ]);
}

sub visit { $_[0]->command('POST', '/url', { url => $_[1] }) }

# the value of a script, "return ..."

sub value {
	my ($self, $script, @args) = @_;

	return $self->command('POST', '/execute/sync',
		{ script => $script, args => \@args });
}

sub text {
	my ($self, $selector) = @_;

	return $self->value('const e = document.querySelector(arguments[0]);'
		. 'return e ? e.innerText : null', $selector);
}

# Something is done with the first element that the selector names and whose text
# begins so, as soon as there is one: a page may be about to be replaced.

sub element {
	my ($self, $what, $data, $selector, $text) = @_;

	wait_until {
		my $found = $self->value('for (const e of '
			. 'document.querySelectorAll(arguments[0])) '
			. 'if (e.innerText.startsWith(arguments[1])) return e; return null',
			$selector, $text // '') or return 0;
		my $path = "/element/$found->{+ELEMENT}/$what";

		eval { $self->command('POST', $path, $data); 1 }
			or $@ !~ /stale element/ && die $@;
	} or die "there is no $selector " . ($text // '') . "\n";
}

sub click { $_[0]->element('click', {}, @_[1 .. $#_]) }
sub type { $_[0]->element('value', { text => $_[2] }, $_[1]) }

# waits for what the page's element says: 1, or 0

sub says {
	my ($self, $selector, $pattern) = @_;

	return wait_until { ($self->text($selector) // '') =~ $pattern } ? 1 : 0;
}

# the whole page as PNG, into a file below the test's directory

sub screenshot {
	my ($self, $name) = @_;

	my $shot = $self->emulate('Page.captureScreenshot',
		captureBeyondViewport => JSON::PP::true);

	$self->{t}->write_file("$name.png", decode_base64($shot->{data}));
}

# what the console says at level SEVERE

sub complaints {
	my ($self) = @_;

	return map { $_->{message} } grep { $_->{level} eq 'SEVERE' }
		@{$self->command('POST', '/se/log', { type => 'browser' })};
}

sub quit {
	my ($self) = @_;

	return if $self->{pid} != $$ || !$self->{session};

	$self->command('DELETE', '');
	delete $self->{session};
}

###############################################################################

1;

###############################################################################
