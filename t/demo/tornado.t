#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Tests for the demo of profile tornado ("make run PROFILE=tornado"): the
# application keeps its own sessions, nginx reads and changes them.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Demo;

###############################################################################

my $t = Test::Session->new();
my $demo = Test::Session::Demo->start($t, env => { PROFILE => 'tornado' });

ok($demo->ready(), 'demo is ready') or diag($demo->output());

my $url = $demo->url();
my $jar = $t->testdir() . '/test.jar';
my @jar = ('-b', $jar, '-c', $jar);

# not logged in

my $r = curl("$url/");
is($r->status(), 200, 'first visit');
like($r->body(), qr/Who are you\?/, 'first visit shows the form');
is($r->header('Set-Cookie'), undef, 'first visit sets no cookie');

$r = curl("$url/account/");
is($r->status(), 401, 'guarded area refused');
like($r->body(), qr/Please log in first/, 'with the form');

# login by the application

$r = curl(@jar, '--data-urlencode', 'name=Zoë <b>&"', "$url/login");
is($r->status(), 303, 'login');
is(scalar(() = $r->raw() =~ /^Set-Cookie: (?:session_id|verification)="2\|/mg),
	2, 'the application sends its cookies');
like(curl(@jar, "$url/")->body(), qr/Hello, Zoë &lt;b&gt;&amp;&quot;/,
	'the application knows the name');

$r = curl(@jar, "$url/account/");
is($r->status(), 200, 'guarded area');
like($r->body(), qr/Welcome, <strong>Zoë &lt;b&gt;/, 'so does nginx');

# the theme by nginx, the counter by the application, in one session

$r = curl(@jar, '-d', '', "$url/theme/dark");
is(scalar(() = $r->raw() =~ /^Set-Cookie: (?:session_id|verification)="2\|/mg),
	2, 'nginx sends both cookies');
like(curl(@jar, "$url/")->body(), qr/data-theme="dark".*<td>dark</s,
	'the application sees the theme that nginx set');

curl(@jar, '-d', '', "$url/counter") for 1 .. 2;
is(curl(@jar, "$url/session")->body(),
	"status:  HIT\nuser:    Zoë <b>&\"\ncounter: 2\ntheme:   dark\n",
	'nginx sees what the application counted');

# forged

my @people = map { [ login($_) ] } qw/ Ada Eve /;
my ($id, $verification) = @{$people[0]};
my $plain = 'a' x 64;
my ($changed) = map { tr/0-9a-f/1-9a-f0/r } $id =~ /([0-9a-f]{64})"?$/;

is(visit("session_id=$id; verification=$verification"), 200, 'good cookies');
is(visit("session_id=$id"), 401, 'one cookie alone is worth nothing');
is(visit("verification=$verification"), 401, 'nor is the other one');
is(visit("session_id=$id; verification=$people[1][1]"), 401,
	'nor the verification of somebody else');
is(visit('session_id=' . $id =~ s/[0-9a-f]{64}(?="?$)/$changed/r
	. "; verification=$verification"), 401, 'nor a changed signature');
is(visit("session_id=$plain; verification=$plain"), 401,
	'nor what is not signed');
like($t->read_file('access.log'),
	qr/"GET \/account\/ [^"]*" 200 session=[\w-]{43} status=HIT$/m,
	'access log names the session');

# the end

is(curl(@jar, "$url/logout")->status(), 405, 'logout by GET');
is(curl(@jar, "$url/account/")->status(), 200, 'does nothing');

$r = curl(@jar, '-d', '', "$url/logout");
is($r->status(), 303, 'logout');
is(curl(@jar, "$url/account/")->status(), 401, 'guarded after the logout');
like(curl(@jar, "$url/")->body(), qr/Who are you\?/,
	'the application has forgotten, too');

my ($status, $left) = $demo->stop('INT');
is($status, 0, 'ended by SIGINT');
is($left, '', 'nothing left running');

# where files go unless told

my $own = Test::Session::Demo->start($t, env => { PROFILE => 'tornado',
	RUN_DIR => '', BUILD => $t->testdir() });
ok($own->ready(), 'demo without RUN_DIR is ready') or diag($own->output());
like($own->output(), qr/^    logs +\S+\/run-tornado$/m,
	'it has a folder of its own');
is(($own->stop('TERM'))[0], 0, 'ended by SIGTERM');

# another profile

my $other = Test::Session::Demo->start($t, env => { PROFILE => 'ruby' });
ok(!$other->ready(), 'another profile is refused');
like($other->output(), qr/PROFILE=ruby, expected is native or tornado/,
	'and the message says so');

done_testing();

###############################################################################

# both cookies that the application sends

sub login {
	my ($name) = @_;
	my $answer = curl('-d', "name=$name", "$url/login");

	return map { $answer->cookie($_) } qw/ session_id verification /;
}

# the status of the guarded area

sub visit {
	my ($cookies) = @_;

	return curl('-b', $cookies, "$url/account/")->status();
}

###############################################################################
