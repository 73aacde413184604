#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_save async: what makes an id waits all the same, so that no cookie is
# sent whose record was never stored; an ordinary change does not wait.  Two
# nginx.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

my $i = Test::Session::Identity->new(relay => 1, managers => {
	(map { ($_, $Test::Session::Identity::managers{$_}) }
	qw/ plain plain0 owned few /),
	brief => 'timeout 300ms;' });

my $relay = $i->relay_of();

for my $name (qw/ plain plain0 owned few /) {
	$i->on($name);

	not_stored($name);
	waits($name);
	does_not_wait($name);
}

stalled();
done_testing();

###############################################################################

# the new record is not stored

sub not_stored {
	my ($name) = @_;

	for my $uri (qw! set?a=1 login?u=ada move moves?b=1 !) {
		for my $begun (0, 1) {
			next if !$begun && $uri eq 'move';

			my $cookie = $begun ? $i->sid('/set?a=1') : '';
			$i->ready();

			$relay->fail(qr/^ms .* ME/);
			my ($r) = $i->before(99, "/async/$uri", $cookie, sub { });
			$relay->fail();

			is($r->status(), 204, "$name: $uri, $begun: is served");

			next if $begun && $uri =~ /^set/;
			is($i->sent($r), '', "$name: $uri, $begun: without a cookie");
		}
	}
}

# the response to a request whose save is kept back; what came before that

sub kept_back {
	my ($uri, $cookie, $command) = @_;

	$i->ready();

	my $n = $relay->count($command);
	$relay->shut($command);

	my $client = http_start(http_request($uri, close => 1,
		$i->options($cookie)), port => port("$i->{name}1"));
	$relay->wait_for($command, $n + 1) or die "$uri: nothing is saved\n";

	return $client;
}

sub waits {
	my ($name) = @_;

	for my $uri (qw! set?a=1 login?u=ada !) {
		my $client = kept_back("/async/$uri", '', qr/^ms .* ME/);

		ok(!IO::Select->new($client)->can_read(0), "$name: $uri waits");
		$relay->open_gate();

		my $cookie = $i->sent(http_end($client));
		like($cookie ? $i->state($cookie) : '', qr/^HIT/,
			"$name: $uri: its cookie is good at once");
	}

	for my $uri (qw! move login?u=eve !) {
		my $cookie = $i->sid('/set?a=1');
		my $new = $i->sid("/async/$uri", $cookie);

		like($new ? $i->state($new) : '', qr/^HIT:\w*:1:/,
			"$name: a new id by $uri is good at once");
	}
}

sub does_not_wait {
	my ($name) = @_;

	my $cookie = $i->sid('/set?a=1');
	my $client = kept_back('/async/other?b=2', $cookie, qr/^ms /);
	my $r = http_end($client);

	is($r->status(), 204, "$name: a change is served before it is saved");
	is($i->sent($r), '', "$name: without a cookie");
	is($i->state($cookie), 'HIT::1:', "$name: the record is as it was");

	$relay->open_gate();
	ok(wait_until { $i->state($cookie) eq 'HIT::1:2' }, "$name: then it is");
}

# a memcached that is stopped for some time

sub stalled {
	$i->on('brief');
	$i->sid('/set?a=1');
	$i->mc()->stop();

	my @clients = map { http_start(http_request('/async/set?a=1', close => 1),
		port => port('brief')) } 1 .. 5;
	my @cookies = grep { $_ ne '' } map { $i->sent(http_end($_)) } @clients;

	$i->mc()->cont();
	is(scalar @cookies, 0, 'a memcached that stalls: no cookie is sent');
}

###############################################################################
