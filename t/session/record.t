#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Tests for the record as docs/wire-format.md describes it: what nginx makes of
# members that applications write, and what it keeps.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
$t->secret();

$t->write_conf(<<'EOF_CONF');
session_manager app { %%MANAGER_sid%% }

session_variable  $inner  member.list.1;

server {
    listen  127.0.0.1:%%PORT_0%%;

    location /member {
        session  app phase=rewrite;
        return   200 "<$session_member> <$inner> <$session_after>";
    }

    location /nginx {
        session      app phase=rewrite;
        session_set  nginx yes;
        return       200;
    }
}
EOF_CONF

$t->run();

###############################################################################

my $cookie = http_get('/nginx')->cookie('sid');
my ($key) = $mc->keys();
like($key, qr/^app:[\w-]{43}$/, 'key');

my %members = (
	'"a \\u00fc\\"\\/"' => "a \xc3\xbc\"/",
	'1e3' => '1e3',
	'12345678901234567890.50' => '12345678901234567890.50',
	'true' => '1',
	'false' => '',
	'null' => '',
	'[ 1, {"a": null} ]' => '[1,{"a":null}]',
	'"1", "member": "2"' => '2',
	'"a\\tb"' => "a\tb",
	'"a\\r\\nb"' => '',
	'"a\\u0000b"' => '',
);

for my $json (sort keys %members) {
	$mc->set($key, "{\"member\":$json, \"after\": 1}");
	is(http_get('/member', cookie => "sid=$cookie")->body(),
		"<$members{$json}> <> <1>", "member $json");
}

$mc->set($key, '{"member": {"list": [1, "two"]}, "after": 1.0}');
is(http_get('/member', cookie => "sid=$cookie")->body(),
	'<{"list":[1,"two"]}> <two> <1.0>', 'member within a member');

http_get('/nginx', cookie => "sid=$cookie");
is($mc->get($key),
	'{"member": {"list": [1, "two"]}, "after": 1.0,"nginx":"yes"}',
	'bytes of what nginx did not change are kept');

done_testing();

###############################################################################
