#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_require compares, each line for itself; a level adds to what stands
# above it, and "require" of session is kept as well.

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
$t->write_file('file', "file\n");

# name => lines

my @compared = (
	equal    => 'session_require $session_role = admin;',
	text     => 'session_require $session_role = "an editor";',
	variable => 'session_require $session_role = $arg_role;',
	empty    => 'session_require $session_role = "";',
	unequal  => 'session_require $session_role != guest error=404;',
	match    => 'session_require $session_role ~ ^ad;',
	case     => 'session_require $session_role ~* ^AD;',
	capture  => 'session_require $session_role ~ (.+);',
	among    => 'session_require $session_role in admin editor $arg_role;',
	mixed    => 'session_require "$session_role:$arg_role" = admin:x;',
	both     => 'session_require $session_role = admin;'
		. ' session_require $arg_n in 1 2 3 error=410;',
	nobody   => 'session_require 0;',
	level_a  => 'session_require $arg_a = 1 error=410;'
		. ' location /level_a/b { session_require $arg_b = 1 error=404;'
		. ' alias %%TESTDIR%%/file; }'
		. ' location /level_a/off { session_require off;'
		. ' alias %%TESTDIR%%/file; }'
		. ' location /level_a/anew { session_require off;'
		. ' session_require $arg_b = 1; alias %%TESTDIR%%/file; }'
		. ' location /level_a/none { session off; session_require off;'
		. ' alias %%TESTDIR%%/file; }',
);

my $locations = '';

while (my ($name, $lines) = splice @compared, 0, 2) {
	$locations .= "location ~ ^/($name)\$ { $lines try_files /none =204;"
		. " add_header X-Captured \$1 always; }\n" if $name !~ /level/;
	$locations .= "location /$name { $lines alias %%TESTDIR%%/file; }\n"
		if $name =~ /level/;
}

$t->write_conf(<<"EOF" . <<'EOF');
session_manager app { %%MANAGER_sid%% }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;

    location = /role { session_set role \$arg_role; return 204; }

    $locations
EOF
    location /req {
        session  app require phase=preaccess;
        alias    %%TESTDIR%%/file;

        location /req/again { session app; alias %%TESTDIR%%/file; }
        location /req/phase {
            session  app phase=rewrite;
            alias    %%TESTDIR%%/file;
            location /req/phase/deep { session app; alias %%TESTDIR%%/file; }
        }
        location /req/optional {
            session  app optional;
            alias    %%TESTDIR%%/file;
            location /req/optional/again { session app; alias %%TESTDIR%%/file; }
        }
        location /req/off { session off; alias %%TESTDIR%%/file; }
        location /req/if {
            alias  %%TESTDIR%%/file;
            if ($arg_x) { add_header X-Y 1; }
        }
    }
}
EOF

$t->run();

###############################################################################

my $cookie;

# role => uri => status

for (
	[ 'admin', equal => 204, text => 403, 'variable?role=admin' => 204,
		variable => 403, empty => 403, unequal => 204, match => 204,
		case => 204, among => 204, mixed => 403, 'mixed?role=x' => 204,
		both => 410, 'both?n=2' => 204, 'both?n=4' => 410, nobody => 403 ],
	[ 'an%20editor', equal => 403, text => 403 ],
	[ 'editor', among => 204, match => 403, case => 403, 'both?n=1' => 403 ],
	[ 'guest', unequal => 404, among => 403, 'among?role=guest' => 204 ],
	[ 'Admin', equal => 403, match => 403, case => 204, among => 403 ],
	[ '', empty => 204, variable => 403, match => 403 ],
	[ undef, equal => 403, empty => 204, unequal => 204, among => 403,
		match => 403, case => 403 ],
)
{
	my ($role, @cases) = @$_;

	$cookie = defined $role
		? 'sid=' . http_get("/role?role=$role")->cookie('sid') : undef;

	while (my ($uri, $status) = splice @cases, 0, 2) {
		is(get("/$uri")->status(), $status, "$uri of "
			. (defined $role ? "\"$role\"" : 'nobody'));
	}
}

$cookie = 'sid=' . http_get('/role?role=x')->cookie('sid');
my ($key) = grep { $mc->get($_) eq '{"role":"x"}' } $mc->keys();
$mc->set($key, '{"role":"an editor"}');
is(get('/text')->status(), 204, 'a text with a blank');
is(scalar get('/capture')->header('X-Captured'), 'capture',
	'the captures of the location are kept');

# levels

is(get("/level_a$_->[0]")->status(), $_->[1], "levels: $_->[0]") for
	[ '', 410 ], [ '?a=1', 200 ], [ '/b', 410 ], [ '/b?a=1', 404 ],
	[ '/b?b=1', 410 ], [ '/b?a=1&b=1', 200 ], [ '/off', 200 ],
	[ '/anew', 403 ], [ '/anew?b=1', 200 ], [ '/none', 200 ];

$cookie = undef;

is(get("/req$_->[0]")->status(), $_->[1], "without a session: /req$_->[0]") for
	[ '', 401 ], [ '/again', 401 ], [ '/phase', 401 ], [ '/phase/deep', 401 ],
	[ '/optional', 200 ], [ '/optional/again', 200 ], [ '/off', 200 ],
	[ '/if?x=1', 401 ];

$t->stop();
done_testing();

###############################################################################

sub get {
	my ($uri) = @_;

	return http_get($uri, cookie => $cookie);
}

###############################################################################
