#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Tests for the demo ("make demo"): a person logs in, changes something, looks
# at the guarded area and logs out.

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
my $demo = Test::Session::Demo->start($t);

ok($demo->ready(), 'demo is ready') or diag($demo->output());

my $url = $demo->url();
my $jar = "$t->{dir}/test.jar";
my @jar = ('-b', $jar, '-c', $jar);
my $r;

# not logged in

$r = curl("$url/");
is($r->status(), 200, 'first visit');
like($r->body(), qr/Who are you\?/, 'first visit shows the form');
is($r->header('Set-Cookie'), undef, 'first visit sets no cookie');

$r = curl("$url/account/");
is($r->status(), 401, 'guarded area refused');
like($r->body(), qr/Please log in first.*name="next" value="\/account\/"/s,
	'guarded area refused with the form');

$r = curl('-H', 'X-Session-User: root', '-H', 'X_Session_User: root', "$url/");
unlike($r->body(), qr/root/, 'header of the client ignored');

# the theme, before the login; nginx alone

$r = curl(@jar, "$url/theme/dark");
is($r->header('Set-Cookie'), undef, 'theme not changed by GET');

$r = curl(@jar, '-d', '', "$url/theme/dark");
is($r->status(), 303, 'theme changed');
is($r->header('Location'), '/', 'theme changed, redirect');
my $before = $r->cookie('sid');
ok($before, 'theme changed, cookie set');
like(curl(@jar, "$url/")->body(), qr/data-theme="dark"/, 'theme dark');

# login

$r = curl(@jar, '--data-urlencode', 'name= ', "$url/login");
is($r->status(), 422, 'empty name refused');
is(curl(@jar, "$url/account/")->status(), 401, 'not logged in by it');

$r = curl(@jar, '--data-urlencode', 'name=Zoë <b>&"', "$url/login");
is($r->status(), 303, 'login');
is($r->header('X-Session-Set'), undef, 'line for nginx hidden');
my $after = $r->cookie('sid');
ok($after, 'login sets a cookie');
isnt(substr($after // '', 27, 42), substr($before, 27, 42),
	'login makes a new id');
is(curl('-b', "sid=$before", "$url/account/")->status(), 401,
	'the old id is not logged in');

$r = curl(@jar, "$url/");
like($r->body(), qr/Hello, Zoë &lt;b&gt;&amp;&quot;/, 'name escaped');
unlike($r->body(), qr/<b>/, 'no markup from a name');
like($r->body(), qr/data-theme="dark"/, 'theme kept at login');

# the guarded area, by nginx alone

$r = curl(@jar, "$url/account/");
is($r->status(), 200, 'guarded area');
like($r->body(), qr/Welcome, <strong>Zoë &lt;b&gt;/, 'guarded area, name');
like($r->body(), qr/data-theme="dark"/, 'guarded area, theme');
unlike($t->read_file('application.log'), qr/account/,
	'application not asked');

# login from the guarded area

$r = curl(@jar, '-d', 'name=Ada&next=/account/', "$url/login");
is($r->header('Location'), '/account/', 'login leads back');
$r = curl(@jar, '-d', 'name=Ada&next=//example.com/', "$url/login");
is($r->header('Location'), '/', 'login leads nowhere else');

# the counter, by the application

for my $n (1 .. 3) {
	$r = curl(@jar, '-d', '', "$url/counter");
	is($r->status(), 303, "counter $n");
	like(curl(@jar, "$url/")->body(), qr/class="count">$n</,
		"counter $n shown");
}

is(curl(@jar, "$url/session")->body(), "status:  HIT\nuser:    Ada\n"
	. "role:    reader\ncounter: 3\ntheme:   \n",
	'session as text: another user has begun with nothing');

# roles

is(curl("$url/editors/")->status(), 401, 'not logged in, no editor');
$r = curl(@jar, "$url/editors/");
is($r->status(), 403, 'a reader is no editor');
like($r->body(), qr/This is for editors/, 'as a page says');
curl(@jar, '-d', 'name=Ada&role=editor&next=/editors/', "$url/login");
like(curl(@jar, "$url/editors/")->body(), qr/<td>editor</, 'an editor');

# forged requests

is(curl(@jar, '-d', '', "$url/order")->status(), 403, 'no order without token');
my ($token) = curl(@jar, "$url/")->body() =~ /name="csrf_token" value="([^"]+)"/;
$r = curl(@jar, '-d', "csrf_token=$token", "$url/order");
is($r->status(), 303, 'an order with the token');
like(curl(@jar, "$url/")->body(), qr/Orders<.*?<td>1</, 'counted');

# the lines of nginx.conf: those that nginx has read

my $conf = curl("$url/nginx.conf")->body();
is($conf, $t->read_file('nginx.conf'), 'nginx.conf is the running one');
my $page = curl(@jar, "$url/")->body();
my @shown = map { s/<.*?>//gr =~ s/&quot;/"/gr =~ s/&#x27;|&#39;/'/gr }
	$page =~ /<pre class="nginx".*?>(.*?)<\/pre>/gs;
is(scalar(@shown), 11, 'all places are shown');
is(join("\n", grep { $_ ne '' && $conf !~ /^ *\Q$_\E$/m }
	map { split /\n/ } @shown), '', 'each line of them is there');

# logout

$r = curl(@jar, "$url/logout");
is($r->status(), 405, 'a link is told what is wrong');
is(curl(@jar, "$url/account/")->status(), 200, 'no logout by GET');

my $cookie = curl(@jar, '-d', 'name=Ada', "$url/login")->cookie('sid');
$r = curl(@jar, '-d', '', "$url/logout");
is($r->status(), 303, 'logout');
is($r->cookie('sid'), '', 'logout clears the cookie');
is(curl(@jar, "$url/account/")->status(), 401, 'guarded after the logout');
is(curl('-b', "sid=$cookie", "$url/account/")->status(), 401,
	'kept cookie is worth nothing after the logout');

# files

$r = curl("$url/nothing");
is($r->status(), 404, 'no such page');
like($r->body(), qr/There is no such page/, 'as the demo says it');
like(curl("$url/status")->body(), qr/"managers":/, 'status page');
like(curl("$url/static/style.css")->header('Content-Type'), qr!text/css!,
	'style sheet');
is(curl("$url/app.py")->status(), 404, 'nothing else is served');
is(curl("$url/sign-in")->status(), 404, 'form is internal');

# what it says to try

my @commands = $demo->output() =~ /^    (curl .+)/mg;
my @statuses;

for my $command (@commands) {
	my $out = `$command 2>&1`;
	is($?, 0, "runs: $command");
	push @statuses, $out =~ /^HTTP\/\S+ (\d+)/ ? $1
		: $out =~ /^status: +(\w+)\nuser: +Ada\n.*\ncounter: 1\ntheme: +dark/
		? $1 : $out;
}

is("@statuses", '401 303 200 303 303 HIT 303', 'commands do what is said');

# the end

my ($status, $left) = $demo->stop('INT');
is($status, 0, 'ended by SIGINT');
is($left, '', 'nothing left running');

done_testing();

###############################################################################
