package Test::Session::EchoedCookies;

# Copyright (C) the ngx_http_session_module authors

# What of a request's cookies comes to a back end, which is Test::Session::Echo:
# its Cookie lines, and X-User as "user NAME".

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::Session;

our @EXPORT = qw/ cookies http2 locations /;

###############################################################################

# Locations of the managers "app" and "mail": /login/MANAGER, which sets a user,
# and those that ask the back end at port(2), each in another way.

sub locations {
	return <<'EOF';
location = /login/app {
    session_set  user Ada;
    return       204;
}

location = /login/mail {
    session      mail;
    session_set  user Max;
    return       204;
}

location /none {
    session_hide_cookie  on;
    proxy_pass           http://127.0.0.1:%%PORT_2%%;
}

location /all {
    session_hide_cookie  off;
    proxy_pass           http://127.0.0.1:%%PORT_2%%;
}

location /mail {
    session     mail;
    proxy_pass  http://127.0.0.1:%%PORT_2%%;
}

location /off {
    session     off;
    proxy_pass  http://127.0.0.1:%%PORT_2%%;
}
EOF
}

# of a request with these Cookie lines

sub cookies {
	my ($uri, @lines) = @_;

	return seen(http_get($uri, header => [ map { "Cookie: $_" } @lines ]));
}

# the same over HTTP/2, at port(1)

sub http2 {
	my ($uri, @lines) = @_;

	return seen(http2_get($uri, map { "Cookie: $_" } @lines));
}

sub seen {
	my ($r) = @_;

	return join ' | ', sort map { s/\r?$//r }
		grep { s/^(?:Cookie|X-(User)): /$1 ? 'user ' : ''/ie }
		split /\n/, $r->body();
}

###############################################################################

1;

###############################################################################
