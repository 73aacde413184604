#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The memcached that is found in PATH.  An older one than the client takes is
# refused, and what is missing in it is really missing; any other is used.
# "make oldest-memcached" runs this with several versions.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::HTTP;
use Test::Session::Tree qw/ text /;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% }

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app phase=rewrite;

    location = /set {
        session_set  user ada;
        return       204;
    }

    location = /get {
        return  200 "$session_user";
    }
}
EOF

$t->run();

###############################################################################

my $oldest = join '.', map { text('src/store/memcached/ngx_session_mc_reason.c')
	=~ /define NGX_SESSION_MC_VERSION_$_ +(\d+)/ } qw/ MAJOR MINOR PATCH /;
my ($version) = $mc->command('version') =~ /^VERSION (\d+\.\d+\.\d+)/;

my $taken = number($version) >= number($oldest);

note("memcached $version, the oldest that is taken is $oldest");

# why the border is where it is

is($mc->command('mg missing v O7'), $taken ? 'EN O7' : 'EN',
	$taken ? 'a miss says whose reply it is' : 'a miss says it not');

my $jar = cookie_jar();

http_get('/set', jar => $jar);
is(http_get('/get', jar => $jar)->body(), $taken ? 'ada' : '',
	$taken ? 'a session is kept' : 'no session is kept');

my $refused = qr/memcached "\S+" is too old: \Q$oldest\E or later is needed/;

if ($taken) {
	is($t->log_count(qr/memcached "/), 0, 'and nothing is said of it');

} else {
	ok($t->wait_for_log(qr/$refused.* "\Q$version\E"/),
		'and the log says which memcached is needed');
}

$t->stop();
done_testing();

###############################################################################

sub number {
	my ($major, $minor, $patch) = split /\./, $_[0];

	return ($major * 1000 + $minor) * 1000 + $patch;
}

###############################################################################
