#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Of large records that a load has read, a connection that stays open keeps
# none: not that of a marker, not that of the id which came after it, not those
# of other good cookies, not the one that is read again behind a slow body, not
# that of a session which ends meanwhile, of its subject, or that is corrupt.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Life;
use Test::Session::Long;

###############################################################################

use constant {
	CONNECTIONS => 24,
	SIZE => 400000,		# of a record
	EACH => 100,		# kB for a connection
	LATE => 1.1,		# s: a body that takes longer is a slow one
};

# freed memory is not to be kept by libc, whose threshold would rise, nor by
# AddressSanitizer

$ENV{MALLOC_MMAP_THRESHOLD_} = 128 * 1024;
$ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (), 'quarantine_size_mb=1';

my $t = Test::Session->new();
my $mc = $t->memcached();

my $secret = 's' x 32;
$t->secret('secret', $secret);

$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_app%% regenerate_grace 5m; }
session_manager few { %%MANAGER_few%% subject user; max_sessions 3; }

session_manager tornado {
    profile             tornado;
    secret_file         %%TESTDIR%%/secret;
    cookie_secret_file  %%TESTDIR%%/secret;
    memcached           127.0.0.1:%%MC_0%%;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    session             app require;
    proxy_http_version  1.1;
    proxy_buffering     off;

    location = /stream {
        proxy_method  GET;
        proxy_pass    http://127.0.0.1:%%PORT_1%%;
    }

    location = /guest {
        session       app optional;
        proxy_method  GET;
        proxy_pass    http://127.0.0.1:%%PORT_1%%/stream;
    }

    location = /login { session few optional; session_set user ada; return 204; }
    location = /begin { session tornado optional; session_set a 1; return 204; }

    location = /few {
        session     few;
        proxy_pass  http://127.0.0.1:%%PORT_1%%/stream;
    }

    location = /tornado {
        session     tornado optional;
        proxy_pass  http://127.0.0.1:%%PORT_1%%/stream;
    }

    location = /move {
        session_regenerate;
        empty_gif;
    }
}
EOF

long_upstream($t, 1);
$t->run();

###############################################################################

my $life = Test::Session::Life->new($mc, $secret);
my ($worker) = $t->worker_pids();

my $large = '{"user":"ada","large":"' . 'x' x SIZE . '"}';
my $one = $life->begin('app', 0, 3000, record => $large);

# what a worker has anyway after some requests

$_->close() for map { under_way_at($one) } 1 .. CONNECTIONS;

spares('a slow body', $one, body => 'ab');

# of two good cookies one is the session's

my $other = Test::Session::Life->new($mc, $secret);

$mc->set($other->key('app'), $large, exptime => 3000);

my $two = 'app=' . $other->token('app')->sign(id => $other->{id});

spares('two good cookies', "$one; $two");

# an id that was replaced shows the record of its marker

is(http_get("/move", cookie => $one)->status(), 200, 'the id is replaced');
spares('an id that was replaced', $one);

# where no session is required, a request goes on without the one that has ended

my $gone = Test::Session::Life->new($mc, $secret);

spares('a session that ends', $gone->begin('app', 0, 3000, record => $large),
	body => 'ab', uri => '/guest',
	meanwhile => sub { $mc->delete($gone->key('app')) });

# the record of a subject is a list of sessions

my $few = 'few=' . http_get('/login')->cookie('few');
my ($list) = grep { /~/ } $mc->keys();

$mc->set($list, $mc->get($list) . ('x' x 40 . " 1\n") x (SIZE / 43),
	exptime => 3000);
spares('the list of a subject', $few, uri => '/few');

# what was compressed, and is not a pickle

my $jar = cookie_jar();
http_get('/begin', jar => $jar);

my ($session) = grep { /^(?!app:|few:)/ } $mc->keys();
my $packed = `/usr/bin/python3 -c 'import sys, zlib;
sys.stdout.buffer.write(zlib.compress(b"x" * @{[SIZE]}))'`;

$mc->set($session, $packed, flags => 8);
spares('a corrupt record', undef, uri => '/tornado', jar => $jar);

$t->stop();
done_testing();

###############################################################################

sub spares {
	my ($name, $cookie, %extra) = @_;

	my $before = $t->memory($worker);
	my $loads = $mc->stats()->{cmd_touch} + CONNECTIONS;
	my @open = map { begun($cookie, %extra) } 1 .. CONNECTIONS;

	if (defined $extra{body}) {
		wait_until(sub { $mc->stats()->{cmd_touch} >= $loads });
		$extra{meanwhile}->() if $extra{meanwhile};

		select undef, undef, undef, LATE;
		syswrite $_->{socket}, $extra{body} for @open;
	}

	is(scalar(grep { $_->read_until(qr/tick/) } @open), CONNECTIONS,
		"$name: responses are under way");
	ok(wait_until(sub { $t->memory($worker) - $before < CONNECTIONS * EACH }),
		"$name: open connections keep no record")
		or diag('kB: ' . ($t->memory($worker) - $before));

	$_->close() for @open;
}

sub begun {
	my ($cookie, %extra) = @_;

	return Test::Session::Long->start(http_request($extra{uri} // '/stream',
		cookie => $cookie, jar => $extra{jar}, defined $extra{body} ? (method => 'POST',
			header => 'Content-Length: ' . length $extra{body}) : ()));
}

sub under_way_at {
	my ($cookie) = @_;

	my $stream = begun($cookie);
	$stream->read_until(qr/tick/) or die "no stream\n";

	return $stream;
}

###############################################################################
