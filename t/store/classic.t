#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# "protocol classic": sessions in a memcached, and behind twemproxy, which knows
# no meta commands: they are found, changed, extended, merged and ended.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::HTTP;
use Test::Session::Twemproxy;

###############################################################################

my $t = Test::Session->new();
my @mc = map { $t->memcached() } 0 .. 2;
my $proxy = Test::Session::Twemproxy->new($t, @mc[1, 2]);

$t->secret();

my %address = (
	direct => $mc[0]->address(),
	proxy => $proxy->address(),
);

my ($managers, $locations) = ('', '');

for my $name (sort keys %address) {
	$managers .= <<EOF;
    session_manager $name {
        secret_file   %%TESTDIR%%/secret;
        memcached     $address{$name};
        protocol      classic;
        cookie        sid secure=off;
        idle_timeout  40d;
        absolute_timeout  50d;
    }
EOF
	$locations .= <<EOF;
        location = /$name/set   { session $name; session_set user Ada;
                                  return 204; }
        location = /$name/a     { session $name; session_set a 1; return 204; }
        location = /$name/b     { session $name; session_set b 2; return 204; }
        location = /$name/new   { session $name; session_regenerate;
                                  return 204; }
        location = /$name/out   { session $name; session_on_error deny;
                                  session_destroy; return 204; }
        location = /$name/get   { session $name phase=rewrite;
                                  return 200 "\$session_status
\$session_user \$session_a \$session_b \$session_meta_ttl"; }
EOF
}

$t->write_conf(<<"EOF");
$managers
server {
    listen  127.0.0.1:%%PORT_0%%;
$locations
}
EOF

$t->run();

###############################################################################

for my $name (sort keys %address) {
	my $jar = cookie_jar();

	http_get("/$name/set", jar => $jar);
	like(got($name, $jar), qr/^HIT\nAda .* -1$/,
		"$name: a session is found, its life is not told");

	cmp_ok(life($name), '>', 39 * 86400, "$name: it is as configured");
	cmp_ok(life($name, 60), '<', 61, "$name: it is short");
	got($name, $jar);
	cmp_ok(life($name), '>', 39 * 86400, "$name: a read extends it");

	http_get("/$name/$_", jar => $jar) for qw/ a b /;
	like(got($name, $jar), qr/^HIT\nAda 1 2 /, "$name: changes are merged");

	my $old = $jar->header();
	http_get("/$name/new", jar => $jar);
	my $new = $jar->header();

	isnt($new, $old, "$name: the id is a new one");
	like(got($name, $jar), qr/^HIT\nAda 1 2 /, "$name: with what there was");

	is(http_get("/$name/out", jar => $jar)->status(), 204, "$name: it ends");
	like(had($name, $new), qr/^EXPIRED/, "$name: for a copy of the cookie");
	like(had($name, $old), qr/^EXPIRED/, "$name: and under its old id");
}

###############################################################################

# a server behind the proxy is down: the others answer

my @jars = map { cookie_jar() } 0 .. 19;
http_get('/proxy/set', jar => $_) for @jars;

$mc[1]->kill_now();
my %seen;
$seen{(split /\n/, got('proxy', $_))[0]}++ for @jars;

ok($seen{HIT} && $seen{ERROR} && $seen{HIT} + $seen{ERROR} == 20,
	'a server behind the proxy is down, the other is used')
	or diag(explain(\%seen));
ok($t->wait_for_log(qr/reported an error: "/), 'and it is logged');

$mc[1]->start();
ok(wait_until { !grep { got('proxy', $_) =~ /^ERROR/ } @jars },
	'it is back, and empty');

$t->stop();
$proxy->end();
done_testing();

###############################################################################

sub got {
	my ($name, $jar) = @_;

	return http_get("/$name/get", jar => $jar)->body();
}

sub had {
	my ($name, $cookie) = @_;

	return http_get("/$name/get", cookie => $cookie)->body();
}

# what is left of the one session of this manager, in s; or it is made so long

sub life {
	my ($name, $seconds) = @_;

	for my $mc (@mc) {
		my ($key) = grep { /^$name:/ } $mc->live() or next;

		$mc->command("touch $key $seconds") if $seconds;

		return $mc->mg($key, 't')->{flags}{t};
	}

	return -2;
}

###############################################################################
