#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A line of session_accept in a location whose session_accept is not for it:
# the error log names the header and the location, at nginx's default level.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Answer;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

server {
    listen            127.0.0.1:%%PORT_0%%;
    session           app;
    proxy_set_header  X-Say $http_x_say;

    location /login {
        proxy_pass  http://127.0.0.1:%%PORT_1%%;
    }

    location /other {
        session_accept  My- keys=user;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /off {
        session         off;
        session_accept  off;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }

    location /accept {
        session_accept  X-Session- keys=user;
        proxy_pass      http://127.0.0.1:%%PORT_1%%;
    }
}
EOF

$t->run_daemon('127.0.0.1:' . port(1), \&answer);
$t->run();

###############################################################################

my $untaken = qr/changes no session: /;

# what is taken, and what is not a line

http_get('/accept', say_lines('Set: user=SECRET'));
http_get('/other', header => 'X-Say: My-Set: user=SECRET');
http_get('/login');

is($t->log_count($untaken), 0, 'nothing to tell of') or diag($t->read_log());

for my $case (
	[ '/login', 'X-Session-Set', say_lines('Set: user=SECRET') ],
	[ '/login', 'x-session-destroy', header => 'X-Say: x-session-destroy: 1' ],
	[ '/other', 'X-Session-Set',
		header => 'X-Say: My-Set: user=SECRET|X-Session-Set: user=SECRET' ],
	[ '/off', 'X-Session-Set', say_lines('Set: user=SECRET') ],
	[ '/accept', 'My-Set', header => 'X-Say: My-Set: user=SECRET' ],
) {
	my ($uri, $header, @say) = @$case;

	ok(told(qq(header "$header" of the upstream was removed and changes no)
		. qq( session: "session_accept" with its prefix is expected in)
		. qq( location "$uri"), $uri, @say), "$uri: $header");
}

my $count = $t->log_count($untaken);
my $begun = time();

http_get('/login', say_lines('Set: user=SECRET')) for 1 .. 50;
cmp_ok($t->log_count($untaken) - $count, '<=', time() - $begun + 1,
	'one a second');
unlike($t->read_log(), qr/SECRET/, 'no value is logged');

$t->stop();
done_testing();

###############################################################################

# a message that comes as soon as the second allows it

sub told {
	my ($message, $uri, @say) = @_;

	return wait_until {
		http_get($uri, @say);
		return $t->log_count(qr/\[error\] .*session: \Q$message\E/);
	};
}

###############################################################################
