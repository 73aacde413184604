package Test::Session::Memcached::Patient;

# Copyright (C) the ngx_http_session_module authors

# A memcached that answers no get before it has so many of them, and then that
# nothing is there: $t->run_daemon($address, \&patient, $n).

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::Session::Server;

our @EXPORT = qw/ patient /;

###############################################################################

sub patient {
	my ($address, $n) = @_;

	accept_each($address, sub {
		my ($client) = @_;

		my @asked;

		while (defined(my $line = <$client>)) {
			print $client "MN\r\n" if $line =~ /^mn\r/;
			print $client "VERSION 1.6.18\r\n" if $line =~ /^version\r/;
			push @asked, $1 if $line =~ /^mg .* (O\d+)/;
			print $client map { "EN $_\r\n" } splice @asked if @asked == $n;
			$client->flush();
		}
	});
}

###############################################################################

1;

###############################################################################
