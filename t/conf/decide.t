#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Where a variable that decides something cannot be evaluated afresh, nginx -t
# says so.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

$t->secret();

my @warned = (
	[ 'session_set', 'set $word $uri; session_set k $word;' ],
	[ 'session_set', 'set $word $uri; session_set k "a$uri-$word";' ],
	[ 'session_set', 'set $word $uri; session_set k v if=$word;' ],
	[ 'session_unset', 'set $word $uri; session_unset k if=$word;' ],
	[ 'session_destroy', 'set $word $uri; session_destroy if=$word;' ],
	[ 'session_regenerate', 'set $word $uri; session_regenerate if=$word;' ],
	[ 'session_require', 'set $word $uri; session_require $uri $word;' ],
	[ 'session_no_touch', 'set $word $uri; session_no_touch on if=$word;' ],
	[ 'session_set', 'auth_request /b; auth_request_set $word $uri;'
		. ' session_set k $word;' ],
	[ 'session_set', 'session_set k $word;',
		'server_name ~^(?<word>.*)$;' ],
);

my @silent = (
	'session_set k v if=$mapped;',
	'session_set k $placed;',
	'session_set k $split;',
	'session_set k $volatile;',
	'session_require $session_user;',
	'session_set k $upstream_http_x_user;',
	'session_set k $arg_a$http_x_a$cookie_a$sent_http_x_a$request_id$args;',
	'set $word $uri; session_set k v if=$uri;',
	'set $word $uri; add_header X-A $word;',
);

my $warning = 'may hold what another session or a cache gave it: nginx evaluates'
	. ' those of "map" afresh, but not this one in';

# nobody has to ask for more than errors

my $globals = $t->expand('%%TEST_GLOBALS%%') =~ s/ info;/ error;/r;

for (@warned) {
	my ($directive, $location, $server) = @$_;
	my ($ok, $out) = $t->check_conf(conf($location, $server // ''));

	ok($ok, "$location is taken") or diag($out);
	like($out, qr/\[warn\] .*"\$word" in "$directive" \Q$warning\E \S+:\d+$/m,
		'with a warning');
}

for my $location (@silent) {
	my ($ok, $out) = $t->check_conf(conf($location, ''));

	ok($ok, "$location is taken") or diag($out);
	unlike($out, qr/\[warn\]/, 'without a warning');
}

my ($ok, $out) = $t->check_conf(conf('', '')
	=~ s/(?=map)/map_hash_max_size 512;/r);
ok($ok, 'directives of the modules that are asked are as free as ever')
	or diag($out);

done_testing();

###############################################################################

sub conf {
	my ($location, $server) = @_;

	return <<"EOF";
$globals
events {
}
http {
    %%TEST_GLOBALS_HTTP%%
    session_manager app {
        secret_file  %%TESTDIR%%/secret;
        memcached    127.0.0.1:11211;
    }
    map \$upstream_http_x_user \$mapped {
        default  \$upstream_http_x_user;
    }
    map \$session_user \$volatile {
        volatile;
    }
    geo \$session_address \$placed {
        127.0.0.1  here;
    }
    split_clients \$session_user \$split {
        *  all;
    }
    server {
        $server
        listen   127.0.0.1:%%PORT_0%%;
        session  app;
        location = /a {
            $location
        }
    }
}
EOF
}

###############################################################################
