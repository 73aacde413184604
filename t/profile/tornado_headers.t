#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Profile tornado: session_hide_cookie hides both cookies, session_assertion
# tells of what Python has pickled.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use JSON::PP;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Echo;
use Test::Session::Jwt;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

my $key = 'a key of the application, which has 46 bytes..';

$t->secret('secret', 'of the manager');
$t->secret('cookie', 'of the cookies');
$t->secret('assertion', $key);
$t->run_daemon('127.0.0.1:' . port(1), \&echo);

$t->write_conf(<<'EOF');
session_manager app {
    profile                tornado;
    secret_file            %%TESTDIR%%/secret;
    cookie_secret_file     %%TESTDIR%%/cookie;
    assertion_secret_file  %%TESTDIR%%/assertion;
    memcached              127.0.0.1:%%MC_0%%;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /login {
        session_set  user Ada;
        return       204;
    }

    location / {
        session_hide_cookie  on;
        session_assertion    X-Assertion ttl=1h sub=user
                             keys=text,number,real,yes,none,list,map,when;
        proxy_pass           http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run();

###############################################################################

my $r = http_get('/login');
my @cookies = map { "$_=" . $r->cookie($_) } qw/ session_id verification /;
my ($record) = $mc->keys();
my $jwt = Test::Session::Jwt->new($t, 'python');

$r = http_get('/', cookie => "a=\"1\"; $cookies[1]; b=2; $cookies[0]");
like($r->body(), qr/^Cookie: a="1"; b=2\r$/m, 'both cookies are hidden');
is(claims($r)->{sub}, 'Ada', 'what nginx has set is told');

$r = http_get('/', cookie => join '; ', @cookies);
unlike($r->body(), qr/^Cookie/mi, 'no line is left of them alone');

# as the application stores it: bytes that are a pickle

$mc->set($record, pickle("{'user': 7, 'text': 'a\\n\\xe9', 'number': 2 ** 70,"
	. " 'real': -1.5, 'yes': True, 'none': None, 'list': [1, (2, 'x')],"
	. " 'map': {'a': {}}, 'when': datetime.date(2026, 1, 1), 'more': 1}"));

$r = http_get('/', cookie => join '; ', @cookies);
my $claims = claims($r);

is(delete($claims->{exp}) - delete($claims->{iat}), 3600,
	'the token lives as long as was told');
like(delete $claims->{sid}, qr/^[\w-]{8}$/, 'and has the hash of the session');
is(delete($claims->{number}) . '', '1180591620717411303424',
	'a long number is told whole');
is_deeply($claims, { iss => 'app', sub => '7', text => "a\n\xe9",
	real => -1.5, yes => JSON::PP::true, none => undef, list => [1, [2, 'x']],
	map => { a => {} } },
	'types of Python are those of JSON, what has none is left out');

$t->stop();
done_testing();

###############################################################################

sub claims {
	my ($r) = @_;
	my ($token) = $r->body() =~ /^X-Assertion: (.*?)\r?$/m;
	my ($claims, $error) = $jwt->check($token, key => $key);

	return $claims // die "PyJWT does not take it: $error\n";
}

sub pickle {
	my ($python) = @_;

	open my $fh, '-|', '/usr/bin/python3', '-c', 'import datetime, pickle, sys;'
		. "sys.stdout.buffer.write(pickle.dumps($python, 2))" or die;
	binmode $fh;
	local $/;
	my $pickle = <$fh>;
	close $fh or die 'python3 failed';

	return $pickle;
}

###############################################################################
