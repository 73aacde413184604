#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A session and its subject's record on different servers, which answer in any
# order: the session that goes on is found (rule 8), and no new id is taken back
# that is followed already (rule 5).  Two nginx, two memcached.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

my $i = Test::Session::Identity->new(relay => 1, second => 1, managers => {
	few  => 'subject user; max_sessions 3;',
	kept => 'subject user; max_sessions 3; regenerate_grace 5m;',
	late => 'timeout 1s; regenerate_grace 5m;' });

my ($first, $second) = ($i->mc(), $i->{second});

for my $change ('/move', '/login?u=', '/clear?u=') {
	loads($change, $_) for 0, 1;
}

taken_back();
done_testing();

###############################################################################

# A session whose record is on the first server (which the relay keeps back) and
# its subject's on the second, or the other way round; its subject and cookie.

sub placed {
	my ($first_has_subject) = @_;

	for my $n (1 .. 200) {
		$_->flush() for $first, $second;

		my $cookie = $i->sid("/login?u=u$n", $i->sid('/set?a=1'));
		my $subject = grep { /:~/ } $first->keys();
		my $record = defined $first->get($i->key($cookie)) ? 1 : 0;

		return ("u$n", $cookie) if $subject != $record
			&& $subject == $first_has_subject;
	}

	die "memcached servers share nothing\n";
}

sub loads {
	my ($change, $first_has_subject) = @_;

	for my $name (qw/ few kept /) {
		$i->on($name);

		for my $times (1, 2) {
			my ($user, $cookie) = placed($first_has_subject);
			my ($r, $held) = $i->before(1, '/read', $cookie, sub {
				my $last = $cookie;
				$last = $i->sid($change =~ s/=$/=$user/r, $last) for 1 .. $times;
			});

			my $what = ($first_has_subject ? 'its subject\'s record' : 'a record')
				. " comes late, after $change, $times";

			ok($held, "$name: $what");
			like($r->header('X-Session'), qr/^HIT:$user:/, "$name: is found");
		}

		# what is over stays so

		for my $end ('/logout', '/end') {
			my ($user, $cookie) = placed($first_has_subject);
			my $other = $i->sid("/login?u=$user");
			my ($r, $held) = $i->before(1, '/read', $cookie, sub {
				$i->get($end, $cookie) });

			is($i->state($cookie), 'EXPIRED:::', "$name: over after $end");
		}
	}
}

# the server of the old id does not answer, that of the new one does

sub taken_back {
	$i->on('late');

	for my $round (1 .. 12) {
		my $old;

		do { $old = $i->sid('/set?a=1') }
			until defined $first->get($i->key($old));

		$i->ready();
		$i->relay_of()->lose(qr/^ms \Q${\$i->key($old)}\E /);
		my ($r) = $i->before(99, '/move', $old, sub { });
		$i->relay_of()->lose();

		is($i->state($i->sent($r) || $old), 'HIT::1:',
			"round $round: no new id is taken back");
	}
}

###############################################################################
