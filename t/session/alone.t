#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The value of one variable alone, which is taken as it is, beside what nginx
# puts together.

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

$t->secret('secret');

$t->write_conf(<<'CONF');
session_manager app { %%MANAGER_sid%% }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location ~ ^/capture/(.*)$ {
        session_set  x 1 if=$1;
        return       204;
    }

    location = /set {
        session_set  alone $arg_v;
        session_set  twice $arg_v$arg_v;
        session_set  among <$arg_v>;
        session_set  fresh $session_alone;
        return       204;
    }
}
CONF

$t->run();

###############################################################################

for my $text (qw/ 00 0.0 -0 [] {} a /) {
	my $r = http_get("/capture/$text");

	is($r->status(), 204, "a capture alone, $text");
	ok($r->cookie('sid'), "it is true");
}

for my $text ('', '0') {
	is(http_get("/capture/$text")->cookie('sid') || undef, undef,
		"\"$text\" is false");
}

is(record('/set?v=a'),
	'{"alone":"a","twice":"aa","among":"<a>","fresh":"a"}', 'values');
is(record('/set?v='), '{"alone":"","twice":"","among":"<>","fresh":""}',
	'of an empty variable');
is(record('/set'), '{"alone":"","twice":"","among":"<>","fresh":""}',
	'of one that is not there');

$t->stop();
done_testing();

###############################################################################

sub record {
	my ($uri) = @_;

	$mc->flush();
	http_get($uri);

	my ($key) = $mc->keys();
	return $mc->get($key);
}

###############################################################################
