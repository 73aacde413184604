#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A third profile, t/variant/ngx_http_session_plain.c: one file and one row
# give ids that are not signed, a client flag, a change with each save and a
# life that the record tells.  make variant-build builds it into the module.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

use constant FLAGS => 7;	# of NGX_HTTP_SESSION_PLAIN_FLAGS

###############################################################################

%ENV = (%ENV, Test::Session->variant());

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->write_conf(<<'EOT');
session_manager app {
    profile       plain;
    memcached     127.0.0.1:%%MC_0%%;
    idle_timeout  30m;
}

server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app phase=rewrite;

    location / {
        add_header  X-Status $session_status;
        add_header  X-User   "$session_user";
        add_header  X-Saved  "$session_saved";
        return      204;
    }

    location = /login {
        session_set  user Ada;
        return       204;
    }

    location = /new-id {
        session_regenerate;
        return              204;
    }

    location = /logout {
        session_destroy;
        return           204;
    }
}
EOT

$t->run();

###############################################################################

# a new session

my $r = http_get('/');
is($r->header('X-Status'), 'NONE', 'no cookie');
is_deeply([ $mc->keys() ], [], 'what a profile adds alone is not saved');

$r = http_get('/login');
my $id = $r->cookie('plain');
like($id, qr/^[\w-]{43}$/, 'the cookie is the id');
is_deeply([ $mc->keys() ], [ "plain.$id" ], 'and the key, behind a prefix');

my $record = $mc->mg("plain.$id");
is($record->{flags}{f}, FLAGS, 'the record has the client flag');
like($record->{value}, qr/^\{"user":"Ada","saved":\d{10}\}$/,
	'and what the profile adds behind the changes');
like($record->{flags}{t}, qr/^1(?:800|79\d)$/, 'it lives as the manager says');

# loads

$r = seen("plain=$id");
is($r->header('X-Status'), 'HIT', 'the id is known');
is($r->header('X-User'), 'Ada', 'and its data');
like($r->header('X-Saved'), qr/^\d{10}$/, 'and what the profile has added');

$r = seen('plain=' . 'x' x 43);
is($r->header('X-Status'), 'EXPIRED', 'an id that is not in the store');

$r = http_get('/login', cookie => 'plain=' . 'x' x 43);
isnt($r->cookie('plain'), 'x' x 43, 'is not adopted');

$r = seen('plain=a+b+c+d+e');
is($r->header('X-Status'), 'FORGED', 'an id of other characters');

$mc->set('plain.other-flags', '{"user":"Eve"}', flags => 2);
$r = seen('plain=other-flags');
is($r->header('X-Status'), 'CORRUPT', 'a record with other flags');

# several cookies

$mc->set('plain.second-one', '{"user":"Bob"}', flags => FLAGS);

is(user("plain=$id; plain=second-one"), 'Bob', 'of two the last one');
is(user("plain=second-one; plain=$id"), 'Ada', 'whichever it is');
is(user("plain=second-one; plain=a+b+c+d+e"), 'Bob', 'one that is no id first');
is(user('plain=second-one; plain=' . 'x' x 43), 'Bob', 'or one that is over');
is(user("plain=second-one; plain=second-one"), 'Bob', 'the same one twice');

# the life that the record tells

$mc->set('plain.told-life', '{"life":500,"user":"Bob"}', flags => FLAGS,
	exptime => 400);

is(user('plain=told-life'), 'Bob', 'a record that tells its life');
like(life('told-life'), qr/^(?:400|39\d)$/, 'is not touched by a load');

http_get('/login', cookie => 'plain=told-life');
like(life('told-life'), qr/^(?:500|49\d)$/, 'lives on by a save');

# a new id, and the end

$r = http_get('/new-id', cookie => 'plain=told-life');
my $new = $r->cookie('plain');
like($new, qr/^[\w-]{43}$/, 'a new id');
is(user("plain=$new"), 'Ada', 'has the data');
is($mc->mg("plain.$new")->{flags}{f}, FLAGS, 'and the flags');
is($mc->mg('plain.told-life')->{flags}{f}, FLAGS, 'its marker has them, too');
is(seen('plain=told-life')->header('X-Status'), 'EXPIRED', 'the old id is over');

$r = http_get('/logout', cookie => "plain=$new");
is($mc->get("plain.$new"), undef, 'the session has ended');
like($r->header('Set-Cookie'), qr/^plain=; .*Max-Age=0/, 'so has the cookie');

# what it takes

my $root = Test::Session::root();

like(`$root/t/tools/variant.pl -l $root`,
	qr!^plain: \S+/ngx_http_session_plain.c \S+/ngx_http_session_profiles.c$!m,
	'a profile is one file, and one is touched');

# what the profile admits

my $plain = 'profile plain; memcached 127.0.0.1:%%PORT_1%%;';

for ('absolute_timeout 1h', 'anonymous_timeout 1m', 'session_level aal2',
	'subject user', 'max_sessions 1', 'regenerate_grace 1s',
	'cookie_names a b', 'max_age_days 1', 'pickle_protocol 4')
{
	my ($name) = /^(\w+)/;
	refused("$plain $_;", '',
		qr/"$name" in session_manager "app" is not for profile "plain"/);
}

refused('profile none;', '',
	qr/"none" in "profile": "native", "tornado" or "plain" is expected/);
refused("$plain cookie a samesite=none;", '', qr/invalid "cookie" "a" in/);
refused($plain, 'session_fresh 1h;',
	qr/profile "plain" does not know the time of a login/);
refused($plain, 'session_csrf on;',
	qr/no "secret_file" in session_manager "app", which "session_csrf" needs/);

ok(check("$plain cookie sid samesite=lax;", ''), 'its cookie, without secret');

done_testing();

###############################################################################

sub seen { return http_get('/', cookie => $_[0]) }
sub user { return seen($_[0])->header('X-User') }
sub life { return $mc->mg("plain.$_[0]")->{flags}{t} }

sub check {
	my ($manager, $location) = @_;

	return $t->check_http("session_manager app { $manager }\n"
		. "server { listen 127.0.0.1:%%PORT_1%%; "
		. "location / { session app; $location } }\n");
}

sub refused {
	my ($manager, $location, $reason) = @_;

	my ($ok, $said) = check($manager, $location);
	ok(!$ok && $said =~ $reason, "refused: $manager $location") or diag($said);
}

###############################################################################
