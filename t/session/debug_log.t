#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What a log of debug level tells of a request: a line for each step, ten of
# them for a login, and no secret in them.  docs/debug-log.md shows it.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

BEGIN { $ENV{TEST_NGINX_LOG_LEVEL} = 'debug' }

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Tree qw/ root text /;

###############################################################################

plan(skip_all => 'nginx has no log of debug level')
	if !Test::Session->new()->has('--with-debug');

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% subject user; }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location / { empty_gif; }
    location /text { return 200 "! Your session: $session_status"; }
    location /cart { session_set cart "in-the-cart"; empty_gif; }
    location /guarded { session app require; empty_gif; }
    location /role { session_require $session_user = eve; empty_gif; }
    location /fresh { session_fresh 1h; empty_gif; }
    location /csrf { session_csrf on; return 204; }
    location /deny { session_on_error deny; empty_gif; }
    location /logout { session_destroy; return 204; }

    location /login {
        session             app require;
        session_set         user $arg_name;
        session_regenerate  login;
        empty_gif;
    }
}
EOF

$t->run();

###############################################################################

my (@all, %cookies, $last);
my $jar = cookie_jar();

my $none = qr/load: "app" is NONE: the request has no cookie of it/;
my $asked = qr/load: the store is asked for id "\S{8}" of "app", whose good/;
my $hit = qr/load: "app" is HIT: \S+ had \d+ bytes, version \d+, age /;

story('a first visit', '/', [ $none ]);
story('a session begins', '/cart', [ $none,
	qr/save: CREATE of "app", set "cart" -> CREATE/,
	qr/save: the record of the new id "\S+" was added \(CREATE DONE -> saved/,
	qr/cookie: "app" is sent, for the new id/ ]);
story('a hit', '/', [ $asked, $hit ]);

my @login = story('a login', '/login?name=ada-lovelace');
cmp_ok(@login, '<=', 10, 'of a login ten lines');

my ($shown) = text('docs/debug-log.md') =~ /^```\n(session load:.*?)^```$/ms;
is(join('', map { plain("$_\n") } @login), plain($shown),
	'they are those of the document');

story('no role', '/role', [ $asked, $hit,
	qr/access: 403 by line 1 of "session_require"/ ], 403);
story('no difference', '/cart', [ $asked, $hit,
	qr/save: CHANGE of "app", set "cart" -> nothing to save/ ]);
story('a logout', '/logout', [ $asked, $hit,
	qr/save: DESTROY of "app", destroy -> DESTROY/,
	qr/save: the record "\S+" was deleted \(DESTROY DONE -> saved/,
	qr/cookie: "app" is deleted in the browser/ ], 204);

# its table has each first word of a message

my %words = map { $_ => 1 } map { /"session (\w+)(?::| \w+:)/g }
	map { do { local (@ARGV, $/) = $_; <> } } glob root() . '/src/*/*/*.c';
my %told = map { $_ => 1 } text('docs/debug-log.md')
	=~ /^\| `session (\w+)` \|/mg;

delete $words{stats};       # the name of a zone
is(join(' ', sort keys %told), join(' ', sort keys %words), 'each word is told');

# what is refused

my %old = (cookie => "sid=$last");

story('a session that is over', '/guarded', [ $asked,
	qr/load: id "\S+" has no record \(ASKED MISSING -> DEAD\)/,
	qr/load: "app" is EXPIRED: the session of 1 good cookie is over/,
	qr/access: 401 by "session app require", it is EXPIRED/ ], 401, %old);
story('a forged cookie', '/', [ qr/load: "app" is FORGED: wrong signature/ ],
	200, cookie => 'sid=' . substr($last, 0, -9) . 'A' x 9);
story('no token', '/csrf', [ $none,
	qr/access: refused by "session_csrf": no session/ ], 403, method => 'POST');
story('no login', '/fresh', [ $none, qr/access: 401 by "session_fresh"/ ], 401);

$mc->kill();
story('no memcached', '/deny', [ $asked,
	qr/load: id "\S+" could not be read, since .* \(ASKED FAILED -> FAILED\)/,
	qr/load: "app" is ERROR: memcached /,
	qr/access: 503 by "session_on_error deny"/ ], 503, %old);

my $log = join "\n", @all;

for my $secret (qw/ in-the-cart ada-lovelace /, sort keys %cookies) {
	unlike($log, qr/\Q$secret\E/, 'not in it: ' . substr $secret, 0, 12);
}

unlike($log, qr/(?:id|record) "[\w-]{9,}"/, 'no id in whole');

# the document's command prints what is the module's

http_get('/text');
wait_until { $t->read_log() =~ m{/text.*http close request}s };

my ($grep) = text('docs/debug-log.md') =~ m{^sudo (grep .*) /var/\S+$}m;
my @shown = `$grep ${\ $t->testdir()}/error.log`;
my $ours = qr/^\S+ \S+ \[\w+\] \d+#\d+: (?:\*\d+ )?session[: ]/m;

like($t->read_log(), qr/http script copy: "! Your session: "/, 'no line of it');
is_deeply(\@shown, [ grep { /$ours/ } split /(?<=\n)/, $t->read_log() ],
	'the lines of the module, and no others');

$t->stop();
done_testing();

###############################################################################

# the lines of a request, which begin as expected

sub story {
	my ($name, $uri, $expected, $status, %extra) = @_;

	my $before = length $t->read_log();
	my $r = http_get($uri, %extra, jar => %extra ? cookie_jar() : $jar);

	is($r->status(), $status // 200, "$name: served");

	# the end of the request comes last

	wait_until { substr($t->read_log(), $before) =~ /http close request/ };

	my @lines = substr($t->read_log(), $before)
		=~ /^\S+ \S+ \[debug\] \S+ \*\d+ (session (?!memcached)\w+: .*)$/mg;

	my $sent = $r->cookie('sid');

	if ($sent) {
		$last = $sent;
		$cookies{$_} = 1 for $sent, substr $sent, 27, 42;
	}

	push @all, @lines;

	my $pattern = join '', map { "session $_.*\n" } @{$expected // []};

	like(join('', map { "$_\n" } @lines), qr/^$pattern\z/,
		"$name: " . @lines . ' lines') if $expected;

	return @lines;
}

# without what differs from one request to the next

sub plain {
	my ($text) = @_;

	return $text =~ s/id "[\w-]{8}"/id "..."/gr =~ s/\b\d[\d.:]*\b/N/gr;
}

###############################################################################
