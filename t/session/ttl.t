#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# How long records live in memcached: idle_timeout, from each use on, and
# never past absolute_timeout.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Life;
use Test::Session::Token;

###############################################################################

use constant ID => 'i' x 32;
use constant DAY => 24 * 3600;

my %idle = (app => 7200, standard => 1800, month => 30 * DAY,
	months => 45 * DAY);

my $t = Test::Session->new();
my $mc = $t->memcached();

my $secret = 's' x 32;
my $begun;
$t->secret('secret', $secret);

my %absolute = (app => 'absolute_timeout 10h;', standard => '',
	month => 'absolute_timeout 90d;', months => 'absolute_timeout 90d;');

my $managers = join '', map { <<"CONF" } sort keys %idle;

    session_manager $_ {
        secret_file  %%TESTDIR%%/secret;
        memcached    127.0.0.1:%%MC_0%%;
        cookie       $_ secure=off;
        @{[ $_ eq 'standard' ? '' : "idle_timeout $idle{$_}s;" ]}
        $absolute{$_}
    }
CONF

my $locations = join '', map { <<"CONF" } sort keys %idle;

        location = /$_ {
            session  $_ phase=rewrite;
            return   200 "\$session_status \$session_meta_ttl";
        }

        location = /$_/set {
            session      $_ phase=rewrite;
            session_set  n \$arg_n;
            return       200 text;
        }

        location = /$_/move {
            session             $_ phase=rewrite;
            session_regenerate;
            return              200 text;
        }
CONF

$t->write_conf(<<"CONF");
$managers
server {
    listen  127.0.0.1:%%PORT_0%%;
$locations
}
CONF

$t->run();

###############################################################################

for my $name (sort keys %idle) {
	my $idle = $idle{$name};

	http_get("/$name/set?n=1");
	my ($key) = grep { /^$name:/ } $mc->keys();
	lives($mc, $key, $idle, "$name: idle_timeout when made");

	# as if it had not been used for long

	begin($name, 0, PATIENCE);
	get($name, '');
	lives($mc, key($name), $idle, "$name: idle_timeout when loaded");

	begin($name, 0, PATIENCE);
	get($name, '/set?n=2');
	lives($mc, key($name), $idle, "$name: idle_timeout when saved");

	begin($name, 0, PATIENCE);
	my $r = get($name, '/move');
	my $token = token($name)->verify($r->cookie($name));
	lives($mc, "$name:" . Test::Session::Token::store_key($token->{id}), $idle,
		"$name: idle_timeout of a new id");
}

# an hour is left of ten

begin('app', 9 * 3600, 0);
get('app', '');
lives($mc, key('app'), 3600, 'what is left of absolute_timeout when loaded');

begin('app', 9 * 3600, 0);
get('app', '/set?n=3');
lives($mc, key('app'), 3600, 'what is left of absolute_timeout when saved');

begin('app', 9 * 3600, 0);
my $moved = token('app')->verify(
	get('app', '/move')->cookie('app'));
is($moved->{created}, $begun,
	'a new id does not begin a new session');
lives($mc, 'app:' . Test::Session::Token::store_key($moved->{id}), 3600,
	'what is left of absolute_timeout of a new id');

# a quarter of an hour is left of twelve

begin('standard', 11.75 * 3600, 0);
get('standard', '');
lives($mc, key('standard'), 900, 'absolute_timeout is 12 hours');

# more than 30 days are an absolute time on the wire

begin('months', 80 * DAY, 0);
get('months', '');
lives($mc, key('months'), 10 * DAY, 'ten days are left of 90');

# the ttl that the variable tells is the one from before

begin('app', 0, 3000);
my ($ttl) = get('app', '')->body =~ /^HIT (\d+)$/;
about($ttl, 3000, 'the variable tells the life before the load');

# a record that is gone stays gone

begin('app', 0, 0);
$mc->delete(key('app'));
is(get('app', '')->body, 'EXPIRED ', 'a load does not revive a record');
is($mc->get(key('app')), undef, 'nor does it make one');

$t->stop();
done_testing();

###############################################################################

sub token { Test::Session::Token->new(secret => $secret, name => $_[0]) }
sub key { return "$_[0]:" . Test::Session::Token::store_key(ID) }

# a record with that life left, of a session that began so long ago

sub begin {
	my ($name, $age, $left) = @_;

	$mc->flush();
	$mc->set(key($name), '{}', exptime => $left);
	$begun = time() - $age;
}

sub get {
	my ($name, $uri) = @_;

	return http_get("/$name$uri", cookie => "$name=" . token($name)->sign(
		id => ID, map { $_ => $begun } qw/ created issued signed /));
}

###############################################################################
