#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# What docs/security.md says and no other test shows: where an id counts, what
# a cookie tells, and how an administrator ends somebody's sessions.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use MIME::Base64 qw/ decode_base64 encode_base64 /;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $mc = $t->memcached();

$t->secret();
$t->write_conf(<<'EOF');
session_manager app { %%MANAGER_sid%% subject user; }

log_format  sessions "$session_meta_id_hash $session_status";

server {
    listen      127.0.0.1:%%PORT_0%%;
    access_log  %%TESTDIR%%/sessions.log sessions;
    session     app;

    location /login { session_set user $arg_u; return 204; }

    location /read {
        add_header  X-Session "$session_status $session_user";
        empty_gif;
    }
}
EOF

$t->run();

###############################################################################

my ($ada, $eve) = map { http_get("/login?u=$_")->cookie('sid') } qw/ ada eve /;

is(get('/read', cookie => "sid=$ada"), 'HIT ada', 'the cookie counts');
is(get("/read?sid=$ada"), 'NONE ', 'the id does not count in the URL');
is(get("/read;sid=$ada"), 'NONE ', 'nor in its path');
is(get('/read', header => "X-Session-Id: $ada"), 'NONE ', 'nor in a header');
is(get('/read', header => "Authorization: Bearer $ada"), 'NONE ',
	'nor as a bearer token');

# what the cookie tells

my $raw = decode_base64($ada =~ tr!_-!/+!r);
unlike($raw . $ada, qr/ada|user|app/, 'a cookie has nothing of the session');

my ($key) = grep { !/~/ && $mc->get($_) =~ /ada/ } $mc->keys();
is(get('/read', cookie => 'sid=' . $key =~ s/^app://r), 'FORGED ',
	'the key of a record is not a cookie either');

# an administrator

my ($epoch) = $mc->get(subject($ada)) =~ /^epoch (\d+)$/m;
$mc->set(subject($ada), 'epoch ' . ($epoch + 1) . "\n");

is(get('/read', cookie => "sid=$ada"), 'EXPIRED ',
	'who writes the record of a subject ends its sessions');
is(get('/read', cookie => "sid=$eve"), 'HIT eve', 'and no other');

my $again = http_get('/login?u=ada')->cookie('sid');
is(get('/read', cookie => "sid=$again"), 'HIT ada', 'until the next login');

$mc->flush();
is(get('/read', cookie => "sid=$_"), 'EXPIRED ', 'without records all end')
	for $eve, $again;

$t->stop();

my $log = $t->read_file('sessions.log');
like($log, qr/^\Q${\ substr $key, 4, 8 }\E HIT$/m,
	'a log can tell sessions apart');
unlike($log, qr/\Q$ada\E|\Q$eve\E/, 'by what is no cookie');

done_testing();

###############################################################################

sub get {
	my ($uri, %extra) = @_;

	return http_get($uri, %extra)->header('X-Session');
}

# the key of the record of a cookie's subject

sub subject {
	my ($cookie) = @_;

	my $hash = substr decode_base64($cookie =~ tr!_-!/+!r), 52, 9;
	return 'app:~' . encode_base64($hash, '') =~ tr!/+!_-!r;
}

###############################################################################
