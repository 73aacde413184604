package Test::Session::TornadoApp;

# Copyright (C) the ngx_http_session_module authors

# A Tornado application that keeps sessions of its own: t/tools/tornado_app.py.

###############################################################################

use warnings;
use strict;

use Test::Session;

use base qw/ Exporter /;

our @EXPORT = qw/ tornado_app /;

###############################################################################

# Starts it on a port of the test, with the addresses of its memcacheds; the
# rest are arguments as its head describes them.  Its secrets are written to
# files for nginx, too: PREFIX_cookie and PREFIX_session.

sub tornado_app {
	my ($t, $port, $memcached, %extra) = @_;

	my $cookie = $extra{cookie_secret} // ["the application's cookie secret"];
	my $secret = $extra{secret} // 'its session secret';
	my @names = @{$extra{names} // [qw/ session_id verification /]};
	my $n = 0;

	for my $text (@$cookie) {
		$t->secret('cookie' . ($n++ || ''), $text =~ s/^\d+://r);
	}

	$t->secret('session', $secret);

	return $t->run_daemon("127.0.0.1:$port", sub {
		exec '/usr/bin/python3', '-B', $t->root() . '/t/tools/tornado_app.py',
			$port, @$memcached, "--secret=$secret",
			(map { "--cookie-secret=$_" } @$cookie),
			'--names', @names, @{$extra{args} // []}
			or die "cannot run python3: $!\n";
	});
}

###############################################################################

1;

###############################################################################
