#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# verified_cookies: what is known of a cookie from a request before changes
# nothing but the cost.  All cookies are sent twice with each number of places.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Status;
use Test::Session::Token;

use constant HOUR => 3600;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret('new', 'n' x 32);
$t->secret('old', 'o' x 32);

configure(0, 'old');
$t->run();

###############################################################################

my $now = time();
my ($new, $old, $other) = map { Test::Session::Token->new(secret => $_ x 32) }
	qw/ n o x /;

my $good = session($new);
my $by_old = session($old);

# what of it is read by whom has no MAC: each character counts

my @cookies = ($good, $by_old, (map { session($new) } 1 .. 6),
	session($other), session($new, created => $now - HOUR - 1,
		issued => $now, signed => $now),
	session($new, signed => $now + HOUR),
	(map { altered($good, $_) } 0 .. length($good) - 1),
	substr($good, 0, -1), $good . 'A', "$good.", 'A' x 112, 'A' x 3000, 'x');

my %results;

for my $places (0, 1, 2, 512, 65536) {
	configure($places, 'old');
	$t->reload() && $t->old_workers_gone() or die "no reload\n";

	$results{$places} = results();
	is($results{$places}, $results{0}, "$places places: the same results");
	is(beside_good(), 0, "$places places: no altered one beside the good one");
}

like($results{0}, qr/^(HIT HIT ){8}(FORGED FORGED )(EXPIRED EXPIRED )/,
	'good ones and others');
unlike($results{0} =~ s/^(\w+ ){16}//r, qr/HIT/, 'no altered one is good');

my $of_user = session($new, version => 2, user => 'u' x 9 . "\0" x 6);
added('app', 'the signature of a known cookie, short or long, is not verified again',
	sub { http_read($_) for ($good) x 2, ($of_user) x 3 }, 'loads.hit' => 5,
	get => 5, 'cookies.verified' => 1, 'cookies.known' => 4);

# a cookie that is known becomes too old; a slow machine needs a longer life to see
# it alive

my $id = Test::Session::Token::random_id();
my ($aging, $is);

for my $left (2, 10, 60) {
	my $now = time();

	$aging = session($new, id => $id, created => $now - HOUR + $left,
		issued => $now, signed => $now);
	$is = http_read($aging);
	last if $is eq 'HIT';
}

is($is, 'HIT', 'a cookie near its end');

# the record has an end, too, and is put back

my $ended = wait_until { session($new, id => $id);
	http_read($aging) eq 'EXPIRED' } 90;
ok($ended, 'has its end, known or not');

added('app', 'and is neither counted as a good one then, nor asked for',
	sub { http_read($aging) for 1 .. 3 }, 'loads.expired' => 3);

# it is sent anew when a tenth of its max_age is over, known or not

my $sent = http_get('/begin')->cookie('short');
my $again = wait_until {
	http_get('/short', cookie => "short=$sent")->cookie('short') };

ok(defined $again && $again ne $sent, 'a known cookie is signed again');
is(counters('short')->{'cookies.verified'}, 1, 'it was verified once alone');

# its secret goes

is(http_read($by_old), 'HIT', 'a cookie of a secret that leaves');
configure(512);
$t->reload() && $t->old_workers_gone() or die "no reload\n";
is(http_read($by_old), 'FORGED', 'is not known any more');

done_testing();

###############################################################################

sub configure {
	my ($places, @more) = @_;

	my $secrets = join ' ', map { "secret_file %%TESTDIR%%/$_;" } 'new', @more;

	$t->write_conf(<<"CONF");
session_manager app {
    $secrets
    memcached         127.0.0.1:%%MC_0%%;
    absolute_timeout  1h;
    verified_cookies  $places;
    cookie            sid secure=off;
}

session_manager short {
    $secrets
    memcached         127.0.0.1:%%MC_0%%;
    verified_cookies  $places;
    cookie            short max_age=10s secure=off;
}

server {
    listen  127.0.0.1:%%PORT_0%%;

    location / {
        session app phase=rewrite;
        return 200 \$session_status;
    }

    location = /begin {
        session short phase=rewrite;
        session_set a 1;
        return 204;
    }

    location = /short {
        session short;
        empty_gif;
    }

    location = /status { session_status_page; }
}
CONF
}

# a cookie of a session that is stored

sub session {
	my ($token, %more) = @_;

	my $id = $more{id} // Test::Session::Token::random_id();
	$mc->set('app:' . Test::Session::Token::store_key($id), '{"a":"1"}');

	return $token->sign(%more, id => $id . ($more{user} // ''));
}

# another character there; the last bits of the last one are used, too

sub altered {
	my ($cookie, $n) = @_;

	substr($cookie, $n, 1) =~ tr/A-Za-z0-9_-/B-ZAb-za1-90\-_/;

	return $cookie;
}

# how many altered ones are good when the good one was known last, whose place
# they have if there are few

sub beside_good {
	return scalar grep { http_read($good) eq 'HIT'
		&& http_read(altered($good, $_)) ne 'FORGED' } 0 .. length($good) - 1;
}

sub http_read {
	my ($cookie) = @_;

	return http_get('/', cookie => "sid=$cookie")->body();
}

sub results {
	return join ' ', map { http_read($_), http_read($_) } @cookies;
}
