#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# session_recheck when each single allocation of a look fails, and when the
# record cannot be read: the connection is left open and looked after, or
# closed by "session_on_error deny".

###############################################################################

use warnings;
use strict;

use FindBin;
use IO::Select;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Long;
use Test::Session::NoMemory;
use Test::Session::Recheck;

###############################################################################

use constant FAILURES => 12;

my $t = Test::Session->new();
my $memory = Test::Session::NoMemory->new($t)
	or plan(skip_all => 'the module is in the binary');
my $mc = $t->memcached();
my $life = sessions($t, $mc);

$t->write_file('page', 'page');

$t->write_conf("session_manager app { %%MANAGER_app%% }\n"
	. websocket_server(<<'EOF'));
    location /deny/ {
        session_on_error  deny;
        proxy_pass        http://127.0.0.1:%%PORT_1%%/;
    }

    location = /page {
        alias  %%TESTDIR%%/page;
    }
EOF

long_upstream($t, 1);
$t->run();

###############################################################################

$memory->survives('a page', sub { $life->begin('app', 0, 3000) },
	sub { http_get('/page', cookie => $_[0]) });

# a connection that is left open

my $ws = websocket('/echo', 0);
my $failed = 0;

for my $n (1 .. FAILURES) {
	$memory->fail_at($n);
	$failed++ if wait_until(sub { $memory->failed() });
}

$memory->fail_at(0);

is($failed, FAILURES, 'looks go on, whatever fails');
is($ws->echo('a'), 'a', 'and the connection is left open');
ok($t->wait_for_log(
	qr/\[error\].* left open, the session of "app" could not be checked: \S/),
	'the log says so');
$mc->delete($life->key('app'));
ok($ws->is_closed(), 'until the session is over');

# one that is not: each look makes an index of the record, without which the
# record is scanned; whatever else fails closes it

my @left;

for my $n (1 .. FAILURES) {
	my $deny = websocket('/deny/echo', 0);

	$memory->fail_at($n);
	push @left, $n if !closes($deny);
}

$memory->fail_at(0);

is(join(' ', @left), '4 8 12', 'session_on_error deny: any of them closes it,'
	. ' but that of an index');
ok($t->wait_for_log(qr/closed, the session of "app" could not be checked\b/),
	'the log says so');

# a record that cannot be read

$ws = websocket('/echo', 0);
my $deny = Test::Session::Long->websocket('/deny/echo',
	cookie => $ws->{cookie});

$mc->set($life->key('app'), '{"a":');
ok($deny->is_closed(), 'session_on_error deny: a corrupt record closes it');
looks(3);
is($ws->echo('b'), 'b', 'any other connection is left open');
$mc->set($life->key('app'), '{}');
looks(3);
is($ws->echo('c'), 'c', 'also when the record is a good one again');
$mc->delete($life->key('app'));
ok($ws->is_closed(), 'until it is gone');

$t->stop();
done_testing();

###############################################################################

###############################################################################

# does the failure close it?  If not, it goes on

sub closes {
	my ($deny) = @_;

	wait_until(sub { $memory->failed() }) or die "nothing fails\n";

	my $gets = $mc->stats()->{cmd_get};
	my $select = IO::Select->new($deny->{socket});

	wait_until(sub { $select->can_read(0)
		|| $mc->stats()->{cmd_get} > $gets + 1 })
		or die "it is neither closed nor looked at\n";

	return 1 if $select->can_read(0) && $deny->is_closed();

	is($deny->echo('a'), 'a', 'what is left open works');

	return 0;
}
