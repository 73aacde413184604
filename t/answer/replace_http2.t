#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# All kinds of locations, and all forms in which a response is replaced, over
# HTTP/2: whatever becomes of a stream's body, the next stream of the
# connection gets its own answer, and nothing else comes.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Http2;
use Test::Session::Kinds;
use Test::Session::Relay;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();
my $relay = relay($t, $mc);

$t->secret();
write_kinds($t, listen => ' http2');
$t->run();
$relay->fail(qr/^ms /);

###############################################################################

my %kinds = kinds();
my $port = 10;

for my $form (forms()) {
	for my $kind (sort keys %kinds) {
		is(check(port($port), $form, $kind), '',
			"$kind, $form: the connection is in step");
	}

	$port++;
}

$t->stop();
done_testing();

###############################################################################

# what is wrong, or nothing; parts of a body: none of them, some, all

sub check {
	my ($port, $form, $kind) = @_;

	my $h2 = Test::Session::Http2->new($port);
	my ($is_early, $may_end) = @{$kinds{$kind}};
	my $method = $kind eq 'dav' ? 'PUT' : 'POST';
	my $streams = 0;

	for my $parts ([''], ['some', 'all'], ['some', ''], ['all']) {
		my ($length) = length join '', @$parts;
		my $stream = $h2->request("/$kind", method => $method, body => 1,
			header => ['content-length', $length]);

		$h2->body($stream, $parts->[0], @$parts - 1);
		my $r = $is_early && $h2->response($stream);
		$h2->body($stream, $parts->[1]) if @$parts > 1;
		$r ||= $h2->response($stream);

		return "status $r->{status}" if $form !~ /plain|saved/
			&& $r->{status} != 503 && !$may_end;

		$r = $h2->response($h2->request('/next'));
		return "the next has status $r->{status}"
			if $r->{status} != 200 || $r->{body} ne "next\n";

		$streams += 2;
	}

	return 'no answer to a ping' if !$h2->lives();
	return 'too many answers' if $h2->answered() != $streams;
	return '';
}

###############################################################################
