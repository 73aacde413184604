package Test::Session::Matrix;

# Copyright (C) the ngx_http_session_module authors

# A matrix of faults: a request is made once without one, to see which
# operations of the store it takes; then once for each of these and each fault
# that it can have, in a session that is new each time.  What holds of every
# request is checked here, the rest is the scenario's own check.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::More qw//;
use Time::HiRes qw/ time /;

our @EXPORT = qw/ later matrix one overtaken pairs race same %scenarios /;

# seconds that a request with a fault may take on a loaded machine

use constant PATIENCE => 10;

###############################################################################

# Each scenario: begin, which makes the cookies of a case, the first of them
# the request's; uri; done, whether what the request was to do has happened,
# when it was told to be done: it gets the object, the cookie that the response
# sets, or '', and the cookies of the case.
#
# id says that the request asks for a new id, and what the old one shows then:
# "moves", what there was before, within regenerate_grace; "leaves", nothing,
# since the subject has changed.  pushed is the cookie that max_sessions takes
# off the subject's list.  What the cookies may show otherwise: see left() and
# kept().

our %scenarios = (
	load => { uri => '/read', begin => \&ada,
		done => sub { $_[0]->state($_[2]) eq 'HIT:ada:1:' } },
	create => { uri => '/set?a=2', begin => sub { '' },
		done => sub { $_[0]->state($_[1]) eq 'HIT::2:' } },
	update => { uri => '/other?b=2', begin => \&ada,
		done => sub { $_[0]->state($_[2]) eq 'HIT:ada:1:2' } },
	sign => { uri => '/other?b=2', begin => \&aged,
		done => sub { $_[0]->state($_[2]) eq 'HIT:ada:1:2' } },
	touch => { uri => '/read', begin => \&aged,
		done => sub { $_[0]->state($_[2]) eq 'HIT:ada:1:' } },
	regenerate => { uri => '/moves?b=2', id => 'moves', begin => \&ada,
		done => sub { $_[0]->state($_[1]) eq 'HIT:ada:1:2' } },
	login => { uri => '/login?u=ada', id => 'moves', begin => \&visitor,
		done => sub { $_[0]->state($_[1]) eq 'HIT:ada:1:' } },
	again => { uri => '/login?u=ada', id => 'moves', begin => \&ada,
		done => sub { $_[0]->state($_[1]) eq 'HIT:ada:1:' } },
	switch => { uri => '/user?u=eve', id => 'leaves', begin => \&ada,
		done => sub { $_[0]->state($_[1]) eq 'HIT:eve::' } },
	leave => { uri => '/nobody', id => 'leaves', begin => \&ada,
		done => sub { $_[0]->state($_[1]) eq 'HIT:::' } },
	clear => { uri => '/anew?u=ada', id => 'moves', begin => \&ada,
		done => sub { $_[0]->state($_[1]) eq 'HIT:ada::' } },
	logout => { uri => '/logout', begin => \&ada, done => \&over },
	replaced => { uri => '/other?b=2', begin => \&replaced,
		done => sub { $_[0]->state($_[3]) eq 'HIT:ada:1:2' } },

	# without a subject nobody knows whose the old data is

	late_login => { uri => '/login?u=ada', begin => \&replaced,
		done => sub { $_[0]->state($_[1]) =~ /^HIT:ada:/ } },
	chain => { uri => '/read',
		begin => sub { my @ids = replaced(@_);
			return (@ids, $_[0]->sid('/move', $ids[1])) },
		done => sub { $_[0]->state($_[2]) eq 'HIT:ada:1:' } },
	stolen => { uri => '/read',
		begin => sub { my @ids = replaced(@_);
			return ($ids[0], $_[0]->sid('/user?u=eve', $ids[1])) },
		done => sub { $_[0]->state($_[2]) !~ /^HIT/ } },
	left => { uri => '/read',
		begin => sub { my $old = ada(@_);
			return ($old, $_[0]->sid('/user?u=eve', $old)) },
		done => sub { $_[0]->state($_[2]) !~ /^HIT/ } },
	late_logout => { uri => '/logout', begin => \&replaced, done => \&over },
	revoke => { uri => '/end', begin => sub { (ada(@_), ada(@_)) },
		done => \&over },
	fourth => { uri => '/login?u=ada', id => 'moves', pushed => 1,
		begin => sub { (visitor(@_), map { ada(@_) } 1 .. 3) },
		done => sub { my ($i, $new, $old, @three) = @_;
			$i->state($new) eq 'HIT:ada:1:'
				&& (!$i->has('max_sessions')
					|| $i->state($three[0]) !~ /^HIT/) } },
);

sub visitor { return $_[0]->sid('/set?a=1') }

sub ada { return $_[0]->sid('/login?u=ada', visitor(@_)) }

sub aged { return $_[0]->aged(ada(@_), 600) }

sub replaced {
	my ($i) = @_;

	my $old = ada($i);

	return ($old, $i->sid('/move', $old));
}

sub over {
	my ($i, $new, @cookies) = @_;

	return 0 == grep { $i->state($_) =~ /^HIT/ } @cookies;
}

###############################################################################

# the matrix of a scenario, as one test: 0 cases are wrong

sub matrix {
	my ($i, $name) = @_;

	my $scenario = $scenarios{$name};
	my $title = "$i->{name}: $name";
	my (@ops, @wrong);
	my $cases = 0;

	push @wrong, map { "without a fault: $_" }
		one($i, $scenario, \@ops);

	for my $op (@ops) {
		for my $fault ($i->faults_of($op)) {
			my @found = one($i, $scenario, undef, "$op->{n} $fault");

			push @wrong, map { "$op->{verb} $op->{n} of " . @ops
				. ", $fault: $_" } @found;
			$cases++;
		}
	}

	Test::More::is(scalar(@wrong), 0, "$title: $cases cases of " . @ops . ' operations');
	Test::More::diag("$title: $_") for @wrong;

	return $cases;
}

# The matrix with two faults: the second one is that of an operation which only
# the first one has made necessary.

sub pairs {
	my ($i, $name) = @_;

	my $scenario = $scenarios{$name};
	my (@base, @wrong);
	my $cases = 0;

	one($i, $scenario, \@base);

	for my $op (@base) {
		for my $first (map { "$op->{n} $_" } grep { /blind|lose|clash/ }
			$i->faults_of($op))
		{
			my @ops;
			one($i, $scenario, \@ops, $first);

			for my $next (grep { $_->{n} > $op->{n} } @ops) {
				next if same($next, $base[$next->{n} - 1]) && @ops == @base;

				for my $second ($i->faults_of($next)) {
					my @found = one($i, $scenario, undef, $first,
						"$next->{n} $second");

					push @wrong, map { "$first, $next->{verb} $next->{n}"
						. " $second: $_" } @found;
					$cases++;
				}
			}
		}
	}

	Test::More::is(scalar(@wrong), 0, "$i->{name}: $name: $cases pairs");
	Test::More::diag("$i->{name}: $name: $_") for @wrong;
}

sub same {
	my ($op, $other) = @_;

	return defined $other && $op->{verb} eq $other->{verb}
		&& length $op->{key} == length $other->{key};
}

# one case; what is wrong; the request's number stays in the object

sub one {
	my ($i, $scenario, $ops, @faults) = @_;

	my $fault = @faults ? join ', ', @faults : undef;

	$i->faults();
	my @cookies = $scenario->{begin}->($i);
	my @before = map { $i->state($_) } @cookies;

	$i->faults(@faults);

	my $begun = time();
	my $r = $i->get($scenario->{uri}, $cookies[0]);
	$i->{asked} = $r->{number};
	my $saved = $i->saved($r);
	my $took = time() - $begun;

	# what goes on without the request has ended when the next one is answered

	$i->get('/read') if $i->goes_on($fault // '');

	my @trace = $i->trace();

	@$ops = @trace if $ops;
	$i->faults();

	my $new = $i->sent($r);
	my $told = $r->status() . ", \"$saved\"";
	my @wrong;

	push @wrong, "it took $took s" if $took > PATIENCE;
	push @wrong, "status $told" if $r->status() !~ /^(?:200|204|503)$/;

	# no cookie but that of a session; whether that is understood, the
	# application knows that damages it

	my $good = ($fault // '') =~ /damage/ ? qr/^(?:HIT|CORRUPT)/ : qr/^HIT/;

	push @wrong, "$told: a cookie of no session"
		if $new && $i->state($new) !~ $good;

	my $is_done = $r->status() != 503
		&& ($saved =~ /^saved/ || $scenario->{uri} eq '/read');
	my %case = (i => $i, scenario => $scenario, fault => $fault, new => $new,
		cookies => \@cookies, before => \@before, told => $told,
		after => [ map { $i->state($_) } @cookies ],
		done => scalar($scenario->{done}->($i, $new, @cookies)),
		written => written(\@trace, @faults));

	push @wrong, others(\%case);

	if ($is_done) {
		push @wrong, 'not done' if !lost($fault) && !$case{done};
		push @wrong, left(\%case);

	} else {
		push @wrong, 'without a fault' if !defined $fault;
		push @wrong, 'a cookie, though' if $new;
		push @wrong, kept(\%case);
	}

	push @wrong, at_last(\%case, $is_done) if $scenario->{id};

	return map { "$told: $_: @before, then @{$case{after}}"
		. ($new ? ' and ' . $i->state($new) : '') } @wrong;
}

# The records that a request has written, or deleted, also where the answer was
# lost: verbs by key.

sub written {
	my ($ops, @faults) = @_;

	my %blind = map { /^(\d+) blind/ ? ($1 => 1) : () } @faults;

	return { map { $_->{key} => $_->{verb} } grep { $_->{verb} ne 'get'
		&& ($_->{outcome} eq 'DONE' || $blind{$_->{n}}) } @$ops };
}

# No cookie from before the request opens a session in which somebody else is
# logged in, whatever was told: a change of the subject is a change of id.

sub others {
	my ($case) = @_;

	my ($before, $after) = @$case{qw/ before after /};
	my @wrong;

	for my $n (0 .. $#$after) {
		next if $after->[$n] !~ /^HIT:(\w*):/;

		my $user = $1;
		push @wrong, "cookie $n is somebody else's"
			if $before->[$n] !~ /^HIT:$user:/;
	}

	return @wrong;
}

# What the cookies show after a request that was told to be done: that of the
# request, if it has a new id, and those of which it changes nothing.

sub left {
	my ($case) = @_;

	my ($i, $scenario, $before, $after)
		= @$case{qw/ i scenario before after /};
	my $id = $scenario->{id} // '';
	my @wrong;

	if ($id eq 'leaves' || ($id eq 'moves' && grace($i) eq '0')) {
		push @wrong, 'the old id answers' if $after->[0] =~ /^HIT/;

	} elsif ($id && grace($i) eq 'long') {
		push @wrong, 'the old id does not show what there was'
			if !as_before($case, 0);
	}

	my @same = $id ? 1 .. $#$after
		: $scenario->{uri} =~ /^.(?:read|login)/ ? 0 .. $#$after : ();

	for my $n (@same) {
		push @wrong, "cookie $n is another one" if !as_before($case, $n)
			&& !is_pushed($case, $n);
	}

	return @wrong;
}

# After a request that was told to have failed, each session is as it was
# before, with the exceptions of docs/model: an answer that was lost may have
# been that of the change itself; where the marker was written, and the old id
# has no grace, the session is over; an end may have happened in part.

sub kept {
	my ($case) = @_;

	my @wrong;

	for my $n (0 .. $#{$case->{after}}) {
		next if as_before($case, $n);
		next if $case->{after}[$n] !~ /^HIT/ && may_be_over($case, $n);
		next if !$case->{scenario}{id}
			&& ($case->{fault} // '') =~ /blind|over|spend/
			&& $case->{done};

		push @wrong, "cookie $n is not as before";
	}

	return @wrong;
}

sub as_before {
	my ($case, $n) = @_;

	return $case->{after}[$n] eq $case->{before}[$n]
		|| (lost($case->{fault}) && $case->{after}[$n] !~ /^HIT/);
}

sub may_be_over {
	my ($case, $n) = @_;

	my ($i, $scenario, $written) = @$case{qw/ i scenario written /};

	if ($scenario->{uri} eq '/logout') {
		return 0 != grep { $_ eq 'delete' } values %$written;
	}

	if ($scenario->{uri} eq '/end') {
		return 0 != grep { /~/ } keys %$written;
	}

	return is_pushed($case, $n) || ($n == 0 && is_marked($case)
		&& ($scenario->{id} eq 'leaves' || grace($i) ne 'long'));
}

# has the marker been written in place of the session's record?

sub is_marked {
	my ($case) = @_;

	my $id = $case->{scenario}{id};

	return $id && exists $case->{written}{$case->{i}->key($case->{cookies}[0])};
}

# the list of the subject was written, on which there is no more place for it

sub is_pushed {
	my ($case, $n) = @_;

	return $n == ($case->{scenario}{pushed} // -1)
		&& $case->{i}->has('max_sessions')
		&& grep { /~/ } keys %{$case->{written}};
}

# The end of a session that has moved, or was to, is that of its old id, too.
# Where the grace is short, the cases are kept until later().

sub at_last {
	my ($case, $is_done) = @_;

	my ($i, $old) = ($case->{i}, $case->{cookies}[0]);

	if (grace($i) eq 'short') {
		push @{$i->{later}}, { %$case, is_done => $is_done };
		return;
	}

	$i->get('/logout', $is_done ? $case->{new} : $old);

	return $i->state($old) =~ /^HIT/ ? 'the old id answers after the end' : ();
}

# When the grace is over the old id answers only if it was not replaced.

sub later {
	my ($i) = @_;

	my @cases = @{delete $i->{later}};
	my @wrong;

	sleep 3;

	for my $case (@cases) {
		$case->{after} = [ $i->state($case->{cookies}[0]) ];

		push @wrong, "$case->{scenario}{uri}, "
			. ($case->{fault} // 'without a fault') . ", $case->{told}: "
			. "$case->{before}[0], then $case->{after}[0]"
			if $case->{is_done} || is_marked($case)
				? $case->{after}[0] =~ /^HIT/ : !as_before($case, 0);
	}

	Test::More::is(scalar(@wrong), 0, "$i->{name}: later: " . @cases
		. ' old ids');
	Test::More::diag("$i->{name}: $_") for @wrong;
}

sub grace {
	my ($i) = @_;

	return $i->has('regenerate_grace 0') ? '0'
		: $i->has('regenerate_grace') ? 'short' : 'long';
}

# Two requests of one cookie, or more of them ("update logout"): each operation
# of the first one waits in turn until the others are answered, or wait, too.
# faults are those of what comes after.

sub race {
	my ($i, $first, $others, @faults) = @_;

	my (@ops, @wrong);

	one($i, $scenarios{$first}, \@ops);

	push @wrong, overtaken($i, $_, [ $first, split / /, $others ], @faults)
		for 1 .. @ops;

	Test::More::is(scalar(@wrong), 0, join ', ', "$i->{name}: $first",
		$others, @faults, @ops . ' cases');
	Test::More::diag("$i->{name}: $first, $others: $_") for @wrong;
}

# the first request waits with operation n for the others; what is wrong

sub overtaken {
	my ($i, $n, $names, @faults) = @_;

	my ($begin, @uris) = ($scenarios{$names->[0]}{begin},
		map { $scenarios{$_}{uri} } @$names);
	my @wrong;

	$i->faults();
	my $old = $begin->($i);

	$i->faults("$n hold");

	my @responses = $i->several($old, \@uris, @faults);
	my @saved = map { $i->saved($_) } @responses;
	my @new = map { $i->sent($_) } @responses;

	$i->{asked} = $responses[0]{number};
	$i->faults();

	my @states = map { $_ ? $i->state($_) : '' } $old, @new;
	my $told = join ', ', map { $responses[$_]->status()
		. " $saved[$_]: $states[$_ + 1]" } 0 .. $#uris;

	push @wrong, "$n: $told" if grep { $_->status() !~ /^(?:204|503)$/ }
		@responses;

	# an end that was told is one, whoever came first: what goes on is
	# another session, without what there was

	my $over = grep { $uris[$_] eq '/logout' && $saved[$_] =~ /^saved/ }
		0 .. $#uris;

	push @wrong, "$n: $told: not over: @states"
		if $over && grep { /^HIT:\w*:1/ } @states;

	# else nobody lost the session, and each change is there

	push @wrong, "$n: $told: a cookie of no session"
		if !$over && !@faults && grep { $_ && !/^HIT/ } @states[1 .. @uris];

	push @wrong, "$n: $told: a change is lost: @states"
		if !$over && !grep({ /:2$/ } @states)
			&& grep { $names->[$_] eq 'update' && $saved[$_] =~ /^saved/ }
				0 .. $#uris;

	return @wrong;
}

# may a record be missing, or not understood, whatever the request does?

sub lost { return defined $_[0] && $_[0] =~ /lose|damage/ }

###############################################################################

1;

###############################################################################
