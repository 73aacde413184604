#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_assertion: a signed token that PyJWT and jsonwebtoken of Node take
# as what it is, and refuse when it was tampered with or is old.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use JSON::PP;
use MIME::Base64 qw/ encode_base64url decode_base64url /;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Echo;
use Test::Session::Jwt;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

my $key = 'a key of the application, which has 46 bytes..';

$t->secret();
$t->secret('assertion', "$key\n");
$t->run_daemon('127.0.0.1:' . port(2), \&echo);

$t->write_conf(<<'EOF');
session_manager app {
    secret_file            %%TESTDIR%%/secret;
    assertion_secret_file  %%TESTDIR%%/assertion;
    memcached              127.0.0.1:%%MC_0%%;
    cookie                 sid secure=off;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    session_assertion  X-Assertion sub=user
                       keys=user,number,real,yes,no,none,list,map,text,lost;

    location = /login {
        session_set  user Ada;
        return       204;
    }

    location / {
        add_header  X-Hash $session_meta_id_hash;
        proxy_pass  http://127.0.0.1:%%PORT_2%%;
    }

    location /shop {
        session_assertion  X-Assertion aud=shop;
        proxy_pass         http://127.0.0.1:%%PORT_2%%;
    }

    location /second {
        session_assertion  X-Assertion ttl=1s;
        proxy_pass         http://127.0.0.1:%%PORT_2%%;
    }
}
EOF

$t->run();

###############################################################################

my $cookie = 'sid=' . http_get('/login')->cookie('sid');
my ($record) = $mc->keys();

# the header's values that the back end got

sub tokens {
	my ($r) = @_;

	return $r->body() =~ /^x.assertion: (.*?)\r?$/img;
}

$mc->set($record, '{"user":"Ada","number":-1.50,"real":1e2,"yes":true,'
	. '"no":false,"none":null,"list":[1,"\u00e9",[]],"map":{"a":{"b":2}},'
	. '"text":"a\r\nb\u0000\u001b\u00e9\ud83d\ude00\"\\\\","more":"more"}');

for my $library (qw/ python node /) {
	my $jwt = Test::Session::Jwt->new($t, $library);

	my $r = http_get('/', cookie => $cookie);
	my ($token) = tokens($r);
	my ($claims, $error) = $jwt->check($token, key => $key, iss => 'app');

	is($error, undef, "$library takes the token");
	is(delete($claims->{exp}) - $claims->{iat}, 60, '... of a minute');
	cmp_ok(abs(time() - delete $claims->{iat}), '<', 60, '... from now on');
	is(delete $claims->{sid}, $r->header('X-Hash'), '... the session\'s hash');
	is_deeply($claims, {
		iss => 'app', sub => 'Ada', user => 'Ada', number => -1.5, real => 100,
		yes => JSON::PP::true, no => JSON::PP::false, none => undef,
		list => [ 1, "\xe9", [] ], map => { a => { b => 2 } },
		text => "a\r\nb\0\x1b\xe9\x{1f600}\"\\",
	}, '... the chosen keys with their types');

	# what is not ours

	my ($head, $body, $mac) = split /\./, $token;
	my $other = encode_base64url(decode_base64url($body) =~ s/Ada/Eve/gr);
	my $none = encode_base64url('{"alg":"none","typ":"JWT"}');
	my $last = substr($mac, -2, 1) eq 'A' ? 'B' : 'A';

	for (['another body', "$head.$other.$mac"],
		['another signature', "$head.$body." . $mac =~ s/.(?=.$)/$last/r],
		['no signature', "$head.$body."], ['no algorithm', "$none.$body."],
		['no algorithm, and the signature', "$none.$body.$mac"])
	{
		($claims, $error) = $jwt->check($_->[1], key => $key);
		ok($error && !$claims, "$library refuses $_->[0]");
	}

	($claims, $error) = $jwt->check($token, key => $key . 'x');
	like($error, qr/signature/i, "$library refuses another key");

	# a token for another application

	($token) = tokens(http_get('/shop', cookie => $cookie));
	($claims, $error) = $jwt->check($token, key => $key, aud => 'shop');
	is($claims->{aud}, 'shop', "$library takes a token for its application");

	($claims, $error) = $jwt->check($token, key => $key, aud => 'bank');
	like($error, qr/audience/i, "$library refuses it for another one");

	# the end of a token

	($token) = tokens(http_get('/second', cookie => $cookie));

	ok(wait_until {
		($claims, $error) = $jwt->check($token, key => $key);
		return $error;
	}, "$library refuses it after its time");
	like($error, qr/Expired/, '... since it has expired');
}

$t->stop();
done_testing();

###############################################################################
