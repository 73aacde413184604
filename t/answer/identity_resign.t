#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A cookie that is merely signed again is sent only while the store says that it
# is good (rule 7).  Two nginx.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

use constant OLD => 'an older secret, kept while cookies turn over';

my $cookie = 'cookie sid secure=off max_age=1h;';

my $i = Test::Session::Identity->new(relay => 1,
	files => { older => OLD },
	secret => 'secret_file %%TESTDIR%%/secret; secret_file %%TESTDIR%%/older;',
	managers => {
		plain  => $cookie,
		plain0 => "$cookie regenerate_grace 0;",
		owned  => "$cookie subject user;",
		few    => "$cookie subject user; max_sessions 3;" });

my @ends = (
	[ 'replaced', sub { $i->sid('/move', $_[0]) } ],
	[ 'a login', sub { $i->sid('/login?u=ada', $_[0]) } ],
	[ 'another user', sub { $i->sid('/user?u=eve', $_[0]) } ],
	[ 'logged out', sub { $i->get('/logout', $_[0]) } ],
	[ 'another user by an application',
		sub { $i->mc()->set($i->key($_[0]), '{"user":"eve"}') } ],
	[ 'revoked', sub { $i->get('/end', $_[1]) } ],
	[ 'pushed out', sub { $i->sid('/login?u=ada') for 1 .. 3 } ],
);

$i->each_way(\&good);
$i->each_way(\&late);
$i->each_way(\&secrets);
$i->each_way(\&old_id, qw/ plain owned few /);

for my $name ($i->names()) {
	$i->on($name);
	between($name, $_) for '/read', '/other?b=2';
}

done_testing();

###############################################################################

# a cookie that is old enough to be signed again

sub due { return $i->aged($i->sid('/login?u=ada', $i->sid('/set?a=1')), 600) }

# a manager that has no subject knows none of its ends

sub possible {
	my ($end) = @_;

	return $end eq 'pushed out' ? $i->has('max_sessions')
		: $end =~ /^(?:revoked|another)/ ? $i->has('subject') : 1;
}

sub good {
	my ($name) = @_;

	for my $uri ('/read', '/other?b=2', '/set?a=1') {
		my $old = due();
		my $new = $i->sid($uri, $old);

		isnt($new, '', "$name: $uri signs an old cookie again");
		is($new ? $i->key($new) : '', $i->key($old), "$name: of the same id");
		is($i->sid($uri, $new), '', "$name: $uri not one that is new");
	}

	is($i->sid('/async/other?b=2', due()), '', "$name: not with async");
	is($i->sid('/async/none', due()), '', "$name: nor without a change");

	my $r = $i->slow('/slow/none', due())->answer();
	isnt($i->sent($r), '', "$name: also when it takes long");
}

# what happened while the upstream thought about it

sub late {
	my ($name) = @_;

	for my $case (@ends) {
		my ($end, $code) = @$case;

		next if !possible($end);

		for my $uri ('none', 'other?b=2') {
			my $old = due();
			my $other = $i->sid('/login?u=ada');
			my $slow = $i->slow("/slow/$uri", $old);

			$code->($old, $other);

			is($i->sent($slow->answer()), '',
				"$name: no cookie of a session that was $end, $uri");
		}
	}
}

# one that an older secret signed

sub secrets {
	my ($name) = @_;

	my $old = $i->aged($i->sid('/set?a=1'), 0, secret => OLD);
	is($i->state($old), 'HIT::1:', "$name: an older secret is good");

	my $new = $i->sid('/other?b=2', $old);
	isnt($new, '', "$name: a save signs it anew");
	is($i->state($new), 'HIT::1:2', "$name: by the newer");
	is($i->sid('/other?b=3', $new), '', "$name: once");

	$old = $i->aged($new, 400, secret => OLD);
	isnt($i->sid('/read', $old), '', "$name: so does time");
	is($i->sid('/async/other?b=4', $old), '', "$name: not with async");

	my $slow = $i->slow('/slow/other?b=5', $old);
	$i->get('/logout', $old);
	is($i->sent($slow->answer()), '', "$name: nor after a logout");
}

# an id that was replaced and still answers

sub old_id {
	my ($name) = @_;

	my $old = due();
	my $new = $i->sid('/move', $old);

	is($i->state($old), 'HIT:ada:1:', "$name: an old id answers");
	is($i->sid('/none', $old), '', "$name: without a cookie");
	is($i->sid('/other?b=2', $old), '', "$name: nor with a change");
	is($i->state($new), 'HIT:ada:1:2', "$name: which is merged");
}

# The last command of the request that asks for what this end changes: the
# record of the session, or of its subject.

sub confirmed {
	my ($cookie, $end) = @_;

	my $record = ($i->at(qr/ \Q${\$i->key($cookie)}\E /))[-1];
	my $subject = ($i->at(qr/ \S+:~/))[-1] // 0;

	return $subject if $end =~ /^(?:revoked|pushed)/;
	return $record if $end =~ /application$/;
	return $i->has('max_sessions') && $subject > $record ? $subject : $record;
}

# before each command

sub between {
	my ($name, $uri) = @_;

	for my $case (@ends) {
		my ($end, $code) = @$case;
		my ($n, @sent) = (0);

		next if !possible($end);

		while (1) {
			$i->mc()->flush();

			my $old = due();
			my $other = $i->sid('/login?u=ada');
			my ($r, $held) = $i->before(++$n, $uri, $old,
				sub { $code->($old, $other) });

			last if !$held;

			my $new = $i->sent($r);
			push @sent, $n if $new && $i->key($new) eq $i->key($old)
				&& $n <= confirmed($old, $end);
		}

		cmp_ok($n, '>', 2, "$name: $uri confirms");
		is("@sent", '', "$name: $uri: no cookie of a session that was $end");
	}
}

###############################################################################
