#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Saves of the record of one subject that wait for their turn are written
# together: logins, and ends of all its sessions.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Memory;

###############################################################################

my $i = Test::Session::Memory->new(managers => {
	few => 'subject user; max_sessions 3;' });

# the record lists the last logins

my ($sets, @r) = behind('ada', [], map { [ '/login?u=ada', visitor() ] } 1 .. 6);
my @cookies = map { $i->sent($_) } @r;

is(join(' ', map { $i->state($_) =~ s/:.*//r } @cookies),
	join(' ', ('EXPIRED') x 4, ('HIT') x 3), 'max_sessions are left');
is($sets, 2, 'the list was written once alone, and once for all that waited');

# the first end behind a login ends all, the others find that

@cookies = map { $i->sid('/login?u=eve', visitor()) } 1 .. 3;
($sets, @r) = behind('eve', [], map { [ '/end', $_ ] } @cookies);

is(join(' ', map { $i->saved($_) } @r), 'saved saved saved saved',
	'the login and the ends are saved');
is(join(' ', map { $i->state($_) } @cookies, $i->sent($r[0])),
	join(' ', ('EXPIRED:::') x 4), 'all have ended');

# what the store refuses of an end, it refuses of a login's write that takes it
# along: the list may be on another server, too

my $cookie = $i->sid('/login?u=ida', visitor());
($sets, @r) = behind('ida', [ 'set moved ' . $i->next_reason() ],
	[ '/login?u=ida', visitor() ], [ '/end', $cookie ]);

is(join(' ', map { $i->saved($_) } $r[0], $r[2]), 'saved the store failed',
	'an end behind two logins fails');
like($i->state($i->sent($r[0])), qr/^HIT:/, 'and ends nothing');
is($sets, 1, 'the list was written by the first login alone');

done_testing();

###############################################################################

sub visitor { return $i->sid('/set?a=1') }

# A login of a subject is held when it writes the subject's record, and these
# requests wait behind it, then the script has these faults: how often the record
# is written, and all responses.

sub behind {
	my ($user, $faults, @requests) = @_;

	$i->get("/login?u=$user", visitor());
	$i->faults();
	$i->get("/login?u=$user", visitor());

	my ($key) = map { $_->{key} } grep { $_->{verb} eq 'set' }
		reverse $i->trace();
	my $visitor = visitor();

	$i->faults("set:$key hold");

	my @begun = $i->held("/login?u=$user", $visitor);
	push @begun, map { $i->behind(@$_) } @requests;

	$i->faults(@$faults);
	my @r = map { $i->ended($_) } @begun;

	return (scalar(grep { $_->{key} eq $key && $_->{verb} eq 'set' }
		$i->trace()), @r);
}
