#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What session_require and "if=" take for true: a variable of the session
# alone by the type of its value, all else by its text.

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

$t->secret('secret');
tornado_app($t, port(1), [ $mc->address() ]);

my $locations = <<'EOF';
        location = /make    { session_set seen 1; return 204; }
        location = /require { session_require $session_x; empty_gif; }
        location = /braces  { session_require ${session_x}; empty_gif; }
        location = /nested  { session_require $nested; empty_gif; }
        location = /mixed   { session_require "$session_x$arg_none"; empty_gif; }
        location = /if      { session_set y set if=$session_x; return 204; }
EOF

$t->write_conf(<<"EOF");
session_manager app { %%MANAGER_sid%% }

session_manager tornado {
    profile             tornado;
    cookie_secret_file  cookie;
    secret_file         session;
    memcached           127.0.0.1:%%MC_0%%;
}

session_variable  \$nested   in.x;
session_variable  \$session_z  z;

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /set {
        set              \$session_z \$arg_z;
        session_set      y set if=\$session_z;
        return           204;
    }

$locations
}

server {
    listen   127.0.0.1:%%PORT_2%%;
    session  tornado;

    location / {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

$locations
}
EOF

$t->run();

###############################################################################

my ($port, $jar, $key);

# records of JSON

$port = port(0);
$jar = cookie_jar();
http_get('/make', jar => $jar);
($key) = $mc->keys();

is(taken(json($_)), 'no no no no', "JSON: $_ is false") for 'false', 'null',
	'0', '-0', '0.0', '-0.000', '0e5', '0E+9', '0.0e-1', '[]', '[ ]', '{}',
	"{\n}", '""', '"0"', '"\ud800"';

is(taken(json($_)), 'yes yes yes yes', "JSON: $_ is true") for 'true', '1',
	'-1', '0.1', '1e-9', '10', '0.01e3', '[0]', '[[]]', '[null]', '{"a":0}',
	'"false"', '"null"', '"0.0"', '"-0"', '"[]"', '"{}"', '" "', '"00"', '"[ ]"';

# within text a value is its text

for my $case ('false no', 'null no', '0 no', '0.0 yes', '-0 yes', '[] yes',
	'{} yes', '"0" no', '"false" yes')
{
	my ($value, $expected) = split / /, $case;

	$mc->set($key, json($value));
	is(yes('/mixed'), $expected, "within text: $value, $expected");
}

# what the request itself has written is a string

for my $case ('0.0 yes', '[] yes', '0 no', ' no', 'false yes') {
	my ($value, $expected) = split / /, $case;

	$mc->set($key, '{"z":[]}');
	http_get("/set?z=$value", jar => $jar);
	is($mc->get($key) =~ /"y":"set"/ ? 'yes' : 'no', $expected,
		"written: \"$value\", $expected");
}

# and pickles

$port = port(2);
$jar = cookie_jar();
$mc->flush();
http_get('/app/values/put', jar => $jar, port => $port);
($key) = $mc->keys();

is(taken(pickle($_)), 'no no no no', "pickle: $_ is false") for 'False', 'None',
	'0', '0.0', '-0.0', '[]', '{}', '()', 'set()', '""', 'b""', '"0"',
	'datetime.date(2026, 1, 1)';

is(taken(pickle($_)), 'yes yes yes yes', "pickle: $_ is true") for 'True', '1',
	'-1', '2**70', '0.5', '5e-324', '[0]', '{0:0}', '(None,)', '"False"',
	'"[]"', '"0.0"', 'b"0.0"';

$t->stop();
done_testing();

###############################################################################

sub json {
	my ($value) = @_;

	return "{\"in\":{\"x\":$value},\"x\":$value}";
}

sub pickle {
	my ($value) = @_;

	$t->write_file('dump.py', "import datetime, pickle, sys\nx = $value\n"
		. "sys.stdout.buffer.write(pickle.dumps({'in': {'x': x}, 'x': x}, 2))");

	return scalar `/usr/bin/python3 @{[ $t->testdir() ]}/dump.py`;
}

# four ways to ask

sub taken {
	my ($record) = @_;

	$mc->set($key, $record);

	my @taken = map { yes("/$_") } qw/ require braces nested /;

	http_get('/if', jar => $jar, port => $port);

	return join ' ', @taken, $mc->get($key) eq $record ? 'no' : 'yes';
}

sub yes {
	my ($uri) = @_;

	return http_get($uri, jar => $jar, port => $port)->status() == 200
		? 'yes' : 'no';
}

###############################################################################
