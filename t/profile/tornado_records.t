#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Records of an application: values as text, and those that nginx does not
# understand, which it leaves as they are.

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

tornado_app($t, port(1), [ $mc->address() ], cookie_secret => [ '2:new one',
	'1:old one' ]);

my @kinds = qw/ text bytes control int big float yes no none list tuple dict
	when owner /;
my $kinds = join ' ', map { "$_=<\$session_$_>" } @kinds;

$t->write_conf(<<"EOF");
session_manager app {
    profile             tornado;
    cookie_secret_file  cookie version=2;
    cookie_secret_file  cookie1 version=1;
    secret_file         session;
    memcached           127.0.0.1:%%MC_0%%;
    idle_timeout        40d;
}

log_format  save "\$uri \$session_meta_save";
access_log  %%TESTDIR%%/save.log save;

session_variable  \$nested dict.a.b.1;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }
    location = /values {
        add_header  X-Values "$kinds nested=<\$nested>";
        add_header  X-Opaque \$session_meta_opaque;
        empty_gif;
    }
    location = /read {
        add_header  X-Session \$session_status;
        empty_gif;
    }
    location = /set   { session_set k v; return 204; }
    location = /unset { session_unset text; return 204; }
    location = /clear { session_regenerate; session_set k v; return 204; }
}
EOF

$t->run();

###############################################################################

my $jar = cookie_jar();
$mc->flush();
is(http_get('/app/values/put', jar => $jar)->status, 200, 'key versions');

my $r = http_get('/values', jar => $jar);
is($r->header('X-Values'), "text=<Zo\xc3\xab> bytes=<raw \xff> control=<> int=<7>"
	. ' big=<1180591620717411303424> float=<0.1> yes=<1> no=<> none=<> '
	. 'list=<[1,"two",null,[true,2.5]]> tuple=<[1,[2]]> '
	. 'dict=<{"a":{"b":["c","d"]},"n":1}> when=<> owner=<> nested=<d>',
	'values as text');
is($r->header('X-Opaque'), 2, 'those that are no plain data are counted');

my ($key) = $mc->keys();
http_get('/set', jar => $jar);
my $ttl = $mc->mg($key)->{flags}{t};
# memcached's clock may be behind

ok($ttl > 39 * 86400 && $ttl <= 40 * 86400 + 2, 'a life beyond 30 days');

# records of other kinds, and damaged ones, are left as they are

my $value = $mc->get($key);

for (
	[ 'garbage', 'no pickle', 0 ], [ 'a pickle of the client', $value, 1 ],
	[ 'a number', '7', 2 ], [ 'text', $value, 16 ],
	[ 'an unknown flag', $value, 32 ], [ 'no zlib stream', $value, 8 ],
	[ 'cut', substr($value, 0, -1), 0 ], [ 'nothing', '', 0 ],
	[ 'no dictionary', "\x80\x02]q\x00.", 0 ],
) {
	my ($name, $bytes, $flags) = @$_;

	$mc->set($key, $bytes, flags => $flags);
	is(http_get('/read', jar => $jar)->header('X-Session'), 'CORRUPT', $name);
	http_get('/set', jar => $jar);
	is($mc->get($key), $bytes, "$name: is not overwritten");
}

ok($t->log_count(qr/record "\S+" of "app" is corrupt: .* at offset \d+/),
	'which is logged with an offset');

$mc->set($key, `/usr/bin/python3 -c 'import pickle, sys, zlib;
sys.stdout.buffer.write(zlib.compress(pickle.dumps(dict(k=1))))'`, flags => 8);
is(http_get('/read', jar => $jar)->header('X-Session'), 'HIT', 'compressed');
http_get('/set', jar => $jar);
is($mc->mg($key)->{flags}{f}, 0, 'and not so after a save');

# a key whose text an opaque value has in common with it

my $shared = `/usr/bin/python3 -c 'import collections, pickle, sys
text = "in both"
sys.stdout.buffer.write(pickle.dumps(
    dict(text=text, other=collections.OrderedDict(a=text)), 4))'`;
$mc->set($key, $shared);
http_get('/unset', jar => $jar);
is($mc->get($key), $shared, 'a key that cannot be removed stays');
ok(wait_until { $t->read_file('save.log') =~ qr!^/unset values that cannot be!m },
	'and the log says why');

# a session that is gone is not begun again under its id

$mc->delete($key);
is(http_get('/read', jar => $jar)->header('X-Session'), 'EXPIRED', 'gone');
http_get('/set', jar => $jar);
is($mc->get($key), undef, 'the old id stays so');
is(http_get('/read', jar => $jar)->header('X-Session'), 'HIT', 'a new one');

done_testing();

###############################################################################
