#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Between nginx and memcached a command is kept back, and our connection is
# closed; later memcached receives it all the same.  An add that is sent once
# more would so undo a logout that has come in between: it is not, and another
# id is drawn.  Other commands that are late do nothing.

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
	plain => '', few => 'subject user; max_sessions 3;' });
my $relay = $i->relay_of();

# how a session begins, and what is kept of it

my @begin = (
	['set?a=1', '', qr/^ms (?!.*~).* ME/, 'plain'],
	['set?a=1', '', qr/^ms (?!.*~).* ME/, 'few'],
	['login?u=ada', '', qr/^ms (?!.*~).* ME/, 'few'],
	['login?u=eve', 'set?a=1', qr/^ms (?!.*~).* ME/, 'few'],
	['login?u=bob', 'set?a=1', qr/^ms .*~.* ME/, 'few'],
);

late_add(@$_) for @begin;

$i->on('few');
late_change();
late_logout();
late_revoke();

done_testing();

###############################################################################

# the request succeeds, and its cookie opens nothing once it is ended

sub late_add {
	my ($uri, $before, $kept, $name) = @_;

	$i->on($name);
	$i->ready();

	my $cookie = $before ? $i->sid("/$before") : '';
	my $title = "$name: $uri" . ($before ? ' in a session' : '');

	$relay->keep($kept);

	my $new = $i->sent(behind("/$uri", $cookie));
	like($new ? $i->state($new) : '', qr/^HIT/, "$title: it has a session");

	is($i->get('/logout', $new)->status(), 204, "$title: a logout");
	my $reply = $relay->deliver();

	unlike($i->state($new), qr/^HIT/, "$title: which is final");

	# what nobody knows is there; the list of a subject is there already

	like($reply, $kept =~ /~\.\*/ ? qr/^NS / : qr/^HD /,
		"$title: what was kept is carried out");
}

# by the nginx whose memcached is the relay

sub behind {
	my ($uri, $cookie) = @_;

	return $i->get($uri, $cookie, port => port("$i->{name}1"));
}

# a change that is late, behind another one, and behind the end

sub late_change {
	$i->ready();

	my $cookie = $i->sid('/login?u=kim', $i->sid('/set?a=1'));

	$relay->keep(qr/^ms .* C\d/);
	is($i->saved(behind('/other?b=2', $cookie)), 'saved',
		'a change is kept back, and sent once more');
	like($relay->deliver(), qr/^EX /, 'it is not carried out twice');
	is($i->state($cookie), 'HIT:kim:1:2', 'the session has the change');

	$relay->keep(qr/^ms .* C\d/);
	behind('/other?b=3', $cookie);
	$i->get('/logout', $cookie);
	like($relay->deliver(), qr/^NF /, 'a change that is late revives nothing');
	unlike($i->state($cookie), qr/^HIT/, 'the session is over');
}

sub late_logout {
	$i->ready();

	my $cookie = $i->sid('/login?u=joe', $i->sid('/set?a=1'));

	$relay->keep(qr/^md /);
	is($i->saved(behind('/logout', $cookie)), 'saved',
		'a logout is kept back, and sent once more');
	like($relay->deliver(), qr/^NF /, 'it ends nothing else');
}

# all sessions of a subject end, though the command is late

sub late_revoke {
	$i->ready();

	my $cookie = $i->sid('/login?u=lee', $i->sid('/set?a=1'));

	$relay->keep(qr/^ms .*~.* C\d/);
	is($i->saved(behind('/end', $cookie)), 'saved',
		'all sessions of a subject end, by a command that is kept back');
	like($relay->deliver(), qr/^EX /, 'and is carried out once');
	unlike($i->state($cookie), qr/^HIT/, 'the session is over');
}

###############################################################################
