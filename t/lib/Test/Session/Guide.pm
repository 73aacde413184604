package Test::Session::Guide;

# Copyright (C) the ngx_http_session_module authors

# A page of docs/guide, whose nginx.conf and programs run as they are written
# there, but for what a machine decides.  The rule, for all pages:
#
#     user                 none; nginx's pid, logs and temporary files are the
#                          test's, the log's level is the usual one of tests
#     modules-enabled      the module that is tested
#     /etc, /run, /srv, /var   below the test's directory
#     include FILE         a file of /etc/nginx is Debian's own one
#     secret_file, ssl_certificate   are made
#     listen PORT, or of 127.0.0.1   127.0.0.1 and a free port, which no redirect
#                          tells; another one in each nginx of a test
#     HOST:PORT of an upstream   the same; one for all nginx of a test
#     memcached HOST:PORT  a memcached of the test, likewise
#     memcached NAME:PORT resolve, resolver   the test's port, and its DNS server
#     networks (A.B.C.D/N) 127.0.0.0/8
#     what proxy_pass calls https   http: a stand-in has no certificate

###############################################################################

use warnings;
use strict;

use File::Copy qw/ copy /;
use File::Path qw/ make_path /;
use POSIX qw//;

use Test::Session;
use Test::Session::Browser;
use Test::Session::Long;
use Test::Session::Page qw/ whole /;
use Test::Session::Server;
use Test::Session::Tree qw/ root text /;

use constant HOST => 'example.com';

my $folders = qr!(?<=[\s:"'])/(?=(?:etc|run|srv|var)/)!;
my $address = qr/[\w.-]+:\d+/;

my %memcached;

###############################################################################

# Options: name, of an nginx beside another one; t, a Test::Session that is
# there; plain: a second port without TLS, for clients without it; resolver:
# HOST:PORT

sub new {
	my ($class, $page, %extra) = @_;

	my $t = $extra{t} || Test::Session->new();

	return bless { name => '', %extra, t => $t,
		page => "docs/guide/$page.md" }, $class;
}

sub t { return $_[0]{t} }

# what stands between ```LANGUAGE and ```; more than one in a list

sub blocks {
	my ($self, $language) = @_;

	my @blocks = map { $_->{text} }
		Test::Session::Page::blocks($self->{page}, $language)
		or die "the page has no $language\n";

	return wantarray ? @blocks : $blocks[0];
}

# the page's nginx.conf, with less to wait for

sub quick {
	my ($self) = @_;

	return $self->blocks('nginx') =~ s/session_recheck +\K5s/100ms/r;
}

# a port of 127.0.0.1 for one that the page names: of an upstream (HOST:PORT),
# or of this nginx (PORT)

sub at {
	my ($self, $place) = @_;

	return Test::Session::port($place =~ /:/ ? $place
		: "listen $self->{name} $place");
}

# the memcached at an address of the page, the first one if it names no other;
# its arguments count when it starts

sub memcached {
	my ($self, $place, @args) = @_;

	$place //= '127.0.0.1:11211';

	return $memcached{$place} //= $self->{t}->memcached(args => \@args);
}

###############################################################################

# nginx.conf of the page, or another one, with what the rule replaces

sub conf {
	my ($self, $conf) = @_;

	my $dir = $self->{t}->testdir();

	$conf = whole($conf // $self->blocks('nginx'));
	$conf =~ s/^(?:pid|error_log|worker_processes| +access_log) .*\n//mg;
	$conf =~ s/^http \{\n/http {\nport_in_redirect off;\n/m;

	$conf =~ s/\b(listen[ ]+)(?:127\.0\.0\.1:)?(\d+)((?:[ ][^;\n]*)?;)
		/$self->listen($1, $2, $3)/gex;
	$conf =~ s/\b(memcached +)([^\s;]+)(;| resolve;)/$1 . $self->server($2, $3)/ge;
	$conf =~ s/\b(resolver +)[\d.]+/$1 . $self->{resolver}/ge;
	$conf =~ s!\b(server[ ]+|\w+_pass[ ]+(?:\w+://)?)($address)
		!$1 . '127.0.0.1:' . $self->at($2)!gex;
	$conf =~ s!_pass +\Khttps://!http://!g;
	$conf =~ s!\b\d+\.\d+\.\d+\.\d+/\d+!127.0.0.0/8!g;

	$self->need($_) for $conf =~ /$folders\S+?(?=[;\s])/g;
	$conf =~ s/$folders/$dir\//g;

	return $self->{t}->expand($conf);
}

sub server {
	my ($self, $place, $rest) = @_;

	return $self->memcached($place)->address() . $rest if $rest eq ';';

	return $place =~ s/\d+$/$self->at($place)/er . $rest;
}

sub listen {
	my ($self, $word, $port, $rest) = @_;

	my $line = "${word}127.0.0.1:" . $self->at($port) . $rest;

	$line .= " listen 127.0.0.1:" . $self->at('plain') . ';'
		if $self->{plain} && $port == 443;

	return $line;
}

# files that the page's nginx.conf names: Debian's, or what a reader makes

sub need {
	my ($self, $path) = @_;

	my $file = $self->{t}->testdir() . $path;
	my ($folder) = $file =~ /(.*)\//;

	make_path($folder);

	if ($path =~ /\.crt$/ && !-e $file) {
		$self->certificate($file =~ s/\.crt$//r);

	} elsif ($path =~ /\.key$/ && !-e $file && $path !~ /\Q${\ HOST}/) {
		$self->secret($path);

	} elsif (-f $path && $path =~ m!^/etc/nginx/[^/]+$!) {
		copy($path, $file) or die "cannot copy $path: $!\n";
	}
}

sub certificate {
	my ($self, $path) = @_;

	my $made = $self->{t}->certificate(HOST);

	for my $end (qw/ .crt .key /) {
		rename "$made$end", "$path$end" or die "$path$end: $!\n";
	}
}

# the secret at a path of the page

sub secret {
	my ($self, $path, $secret) = @_;

	return $self->{t}->secret(substr($path, 1),
		$secret // "what openssl has printed for $path");
}

# what nginx -t says of it, which must be nothing

sub warnings {
	my ($self, $conf) = @_;

	my ($ok, $output) = $self->{t}->check_conf($conf);

	return join '', grep { /\[(?:warn|error|crit|emerg)\]/ } split /^/, $output;
}

sub write {
	my ($self, $conf) = @_;

	$conf = $self->conf($conf);

	Test::More::is($self->warnings($conf), '', "nginx -t $self->{name}");

	$self->{t}->write_file('nginx.conf', $conf);
}

# starts nginx of the page, or of another nginx.conf

sub run {
	my ($self, $conf) = @_;

	$self->write($conf);
	$self->{t}->run();

	return $self;
}

###############################################################################

# A browser, at https://example.com/ of this nginx, http:// of another port.

sub browser {
	my ($self, %extra) = @_;

	my @to = map { HOST . ":$_:127.0.0.1:" . $self->at($_) } 80, 443;
	my $url = $extra{scheme} || 'https';

	return Test::Session::Browser->new($self->{t}, "$url://" . HOST, @to);
}

# A stand-in for the page's application: it answers POST /login by the page's
# answer, or that of login.md, if the password is right, and else with what it was asked.  The code,
# if given, gets each request's head and body first.

sub application {
	my ($self, $place, $code) = @_;

	my ($login) = map { $_->{text} } map { Test::Session::Page::blocks($_, 'http') }
		$self->{page}, 'docs/guide/login.md';

	$self->{t}->run_daemon('127.0.0.1:' . $self->at($place // '127.0.0.1:8000'),
		sub {
			accept_each($_[0], sub { answer($_[0], $login, $code) },
				forks => 1);
		});
}

sub answer {
	my ($client, $login, $code) = @_;

	my $head = request_head($client);
	my $body = request_body($client, $head);
	my $answer = $code && $code->($head, $body);

	if (!$answer && $head =~ /^POST \/login /) {
		my %field = map { /^(\w+)=(\w+)$/ } split /&/, $body;

		$answer = ($field{password} // '') eq 'right' ? $login
			: "HTTP/1.1 200 OK\n\nwrong password\n";
		$answer =~ s/^X-Session-Set: (\w+)=\K\w+/$field{$1} \/\/ $&/gme;
	}

	print $client framed($answer || "HTTP/1.1 200 OK\n\n$head");
}

# header lines as HTTP wants them, with the length of what follows them

sub framed {
	my ($answer) = @_;

	my ($head, $body) = split /\n\n/, $answer, 2;
	$body //= '';

	return $answer if $head =~ /\r/;

	return join('', map { "$_\r\n" } split(/\n/, $head),
		'Content-Length: ' . length $body, 'Connection: close')
		. "\r\n$body";
}

# docs/guide/websocket.py, which echoes what WebSockets say, by the page's
# command; and a WebSocket that a browser opens to it, of this origin or another
# one; undef: nginx refused it.  By plain => 1.

sub echo {
	my ($self) = @_;

	my ($program, $port) = text('docs/guide/websocket.md')
		=~ /`python3 (websocket\.py) (\d+)`/;

	$port = $self->at("127.0.0.1:$port");

	$self->{t}->run_daemon("127.0.0.1:$port", sub {
		exec '/usr/bin/python3', root() . "/docs/guide/$program", $port
			or POSIX::_exit(127);
	});
}

sub socket {
	my ($self, $browser, @origin) = @_;

	my $origin = @origin ? $origin[0] : 'https://' . HOST;

	return Test::Session::Long->websocket('/socket', host => HOST,
		cookie => $browser->cookie(), port => $self->at('plain'),
		header => [ map { defined ? "Origin: $_" : () } $origin ]);
}

# A program of the page in its folder, by a command that listens at an address
# of the page; what it names of the page's places is replaced by the rule.  Of
# several programs it is the one whose first line is the name of the file.  It has
# no locale, as a service may have none.

sub program {
	my ($self, $place, $language, $file, @command) = @_;

	my $dir = $self->{t}->testdir();
	my ($port) = $place =~ /:(\d+)$/;
	my @programs = $self->blocks($language);
	my ($text) = @programs == 1 ? @programs
		: grep { /^# \Q$file\E\n/ } @programs;

	$text =~ s/\b$port\b/$self->at($place)/ge;
	$self->{t}->write_file("srv/$file", $text);

	eval { $self->{t}->run_daemon('127.0.0.1:' . $self->at($place), sub {
		open STDOUT, '>', "$dir/$file.log";
		open STDERR, '>&', \*STDOUT;
		chdir "$dir/srv" or die "$dir/srv: $!\n";
		delete @ENV{qw/ LANG LC_ALL LC_CTYPE /};
		exec(map { s/\b$port\b/$self->at($place)/ger } @command)
			or die "$command[0]: $!\n";
	}); 1 } or die $@ . $self->{t}->read_file("$file.log");
}

###############################################################################

1;

###############################################################################
