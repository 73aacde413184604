#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A new directive of a location, t/variant/closed.rows, touches four files of
# the source at most: it is inherited, and a location can take it back.  make
# variant-build builds it into the module.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Tree qw/ root /;

###############################################################################

%ENV = (%ENV, Test::Session->variant());

my $t = Test::Session->new();
$t->memcached();
$t->secret();

$t->write_conf(<<'EOT');
session_manager app { %%MANAGER_sid%% }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location / { empty_gif; }

    location /closed {
        session_closed on;
        empty_gif;

        location /closed/too { empty_gif; }
        location /closed/not { session_closed off; empty_gif; }
    }
}
EOT

$t->run();

###############################################################################

is(http_get('/')->status(), 200, 'a location without it');
is(http_get('/closed')->status(), 403, 'a location with it');
is(http_get('/closed/too')->status(), 403, 'it is inherited');
is(http_get('/closed/not')->status(), 200, 'and taken back');

my ($files) = qx{'${\root()}/t/tools/variant.pl' -l '${\root()}'}
	=~ /^closed: (.+)/m;

cmp_ok(scalar(split ' ', $files // ''), '<=', 4,
	"files that it touches: $files");
like($files, qr/location\.h/, 'its member is among them');

$t->stop();
done_testing();

###############################################################################
