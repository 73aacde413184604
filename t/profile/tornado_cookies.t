#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The cookies of a Tornado application and of nginx: attributes, versions of
# keys and formats, age, several of a name.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::TornadoApp;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

# the application of the second port has key versions

tornado_app($t, port(1), [ $mc->address() ]);
$t->secret('plain', $t->read_file('cookie'));
tornado_app($t, port(2), [ $mc->address() ],
	cookie_secret => [ '2:new one', '1:old one' ]);

my %managers = (
	app => 'cookie_secret_file plain;',
	attributes => 'cookie_secret_file plain; expires_days 7; cookie_names'
		. ' session_id verification secure=on httponly=on samesite=lax;',
	browser => 'cookie_secret_file plain; expires_days 0;',
	long => 'cookie_secret_file plain; max_age_days 60;',
	new => 'cookie_secret_file cookie version=2;'
		. ' cookie_secret_file cookie1 version=1;',
	old => 'cookie_secret_file cookie1 version=1;'
		. ' cookie_secret_file cookie version=2;',
);

my $managers = join '', map { "session_manager $_ { profile tornado;"
	. " secret_file session; memcached 127.0.0.1:%%MC_0%%;"
	. " $managers{$_} }\n" } sort keys %managers;
my $locations = join '', map { "location = /$_ { session $_;"
	. " add_header X-Session \"\$session_status \$session_k\"; empty_gif; }\n"
	. "location = /$_/set { session $_; session_set k \$arg_v; return 204; }\n"
	} sort keys %managers;

$t->write_conf(<<"EOC");
$managers
server { listen 127.0.0.1:%%PORT_0%%; $locations }
EOC

$t->write_file('sign.py', <<'EOC');
import sys, time, hashlib, hmac
from tornado.web import create_signed_value
secret, version, key, age = sys.argv[1:]
now = lambda: time.time() - 86400 * int(age)
values = {"session_id": "a" * 64, "verification": hmac.new(
    b"a" * 64, b"its session secret", hashlib.sha256).hexdigest()}
print("; ".join('%s="%s"' % (name, create_signed_value(
    {int(key): secret} if key else secret, name, value, version=int(version),
    clock=now, key_version=int(key) if key else None).decode())
    for name, value in values.items()))
EOC

$t->run();

###############################################################################

# what both send

my $own = http_get('/login?user=ada', port => port(1));
my $ours = http_get('/app/set?v=1');

is_deeply([ attributes($ours) ], [ attributes($own) ],
	'attributes are those of the application');
is(days($ours), 30, 'which expire in a month');
is(days($own), 30, 'there, too');

my @lines = attributes(http_get('/attributes/set?v=1'));
is_deeply([ map { lc } @lines ], [ map { "$_; expires; httponly; path=/;"
	. ' samesite=lax; secure' } qw/ session_id verification / ],
	'other attributes');
is(days(http_get('/attributes/set?v=1')), 7, 'another time');
is((attributes(http_get('/browser/set?v=1')))[0], 'session_id; Path=/',
	'as long as the browser is open');

# versions of keys, both ways

for my $name (qw/ new old /) {
	my $jar = cookie_jar();

	http_get("/$name/set?v=$name", jar => $jar);
	like($jar->get('session_id'), $name eq 'new' ? qr/^"2\|1:2\|/
		: qr/^"2\|1:1\|/, "$name: version of the key");
	is(dump_of(2, jar => $jar), "{\"k\": \"$name\"}",
		"$name: the application takes it");
}

my $record = "\x80\x02}X\x01\0\0\0kX\x01\0\0\0vs.";
my $secret = "the application's cookie secret";

for (
	[ 'key 2', 'new', [ 'new one', 2, 2, 0 ], 2 ],
	[ 'key 1', 'new', [ 'old one', 2, 1, 0 ], 2 ],
	[ 'format 2', 'app', [ $secret, 2, '', 0 ], 1 ],
	[ 'format 1', 'app', [ $secret, 1, '', 0 ], 1 ],
	[ 'format 1, 30 days old', 'app', [ $secret, 1, '', 30 ], 1 ],
	[ '30 days old', 'app', [ $secret, 2, '', 30 ], 1 ],
	[ '59 days old, 60 allowed', 'long', [ $secret, 2, '', 59 ] ],
) {
	my ($name, $manager, $args, $port) = @$_;
	my $cookies = signed(@$args);

	$mc->set('a' x 64, $record);
	is(status($manager, $cookies), 'HIT v', "$name: taken by nginx");
	is(dump_of($port, cookie => $cookies), '{"k": "v"}',
		"$name: and by the application") if $port;
}

for (
	[ 'key 2 as key 1', 'new', [ 'new one', 2, 1, 0 ], 'FORGED ' ],
	[ 'key 3', 'new', [ 'new one', 2, 3, 0 ], 'FORGED ' ],
	[ 'format 1 with versions', 'new', [ 'new one', 1, '', 0 ], 'FORGED ' ],
	[ '32 days old', 'app', [ $secret, 2, '', 32 ], 'EXPIRED ' ],
	[ 'format 1, 32 days old', 'app', [ $secret, 1, '', 32 ], 'EXPIRED ' ],
	[ '61 days old, 60 allowed', 'long', [ $secret, 2, '', 61 ], 'EXPIRED ' ],
) {
	my ($name, $manager, $args, $expected) = @$_;

	is(status($manager, signed(@$args)), $expected, "$name: not taken");
}

ok($t->log_count(qr/\[error\] .*session: cookie of "new" was refused: /),
	'the log tells why');
ok($t->log_count(qr/\[info\] .*session: cookie of "long" was refused: /),
	'an old one is no forgery, and told of at "info"');

# several of a name: the application looks at the last, nginx at four

my $good = signed($secret, 2, '', 0);
my $bad = '; session_id="2|x"';

for (1 .. 3) {
	is(status('app', $good . $bad x $_), 'HIT v', "$_ forged ones after it");
}
is(status('app', $good . $bad x 4), 'FORGED ', 'but no more than that');
is(dump_of(1, cookie => $good . $bad), '{}', 'the application takes it for none');

done_testing();

###############################################################################

sub status {
	my ($manager, $cookies) = @_;

	return http_get("/$manager", cookie => $cookies)->header('X-Session');
}

sub dump_of {
	my ($n, @cookies) = @_;

	return http_get('/app/dump', port => port($n), @cookies)->body;
}

# names and attributes, without what differs from time to time

sub attributes {
	return sort map {
		my ($name, @rest) = split /; */;
		join '; ', $name =~ s/=.*//r,
			sort { lc $a cmp lc $b } map { s/^(expires)=.*/$1/ir } @rest;
	} $_[0]->header('Set-Cookie');
}

sub days {
	my ($expires) = $_[0]->header('Set-Cookie')
		=~ /expires=\w+, (\d+[ -]\w+[ -]\d+ [\d:]+) GMT/i or return;
	chomp(my $then = `date -ud "$expires" +%s`);

	return int(($then - time()) / 86400 + 0.5);
}

sub signed {
	open my $fh, '-|', '/usr/bin/python3', $t->testdir() . '/sign.py', @_
		or die "cannot run python3: $!\n";

	return <$fh> =~ s/\n//r;
}

###############################################################################
