#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# auth_file: the user and the password of memcached -Y, over TCP and a unix
# socket, in both protocols, after a restart; a wrong password and a missing
# one are named.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::HTTP;

###############################################################################

my $t = Test::Session->new();

my $users = $t->secret('users', "ada:s3:cret\nbob:other\n");
$t->secret('wrong', "ada:secret\n");
$t->secret();

my @args = (args => ['-Y', $users]);
my $tcp = $t->memcached(@args);
my $unix = $t->memcached(@args, unix => 1);
my $open = $t->memcached();

my %managers = (
	tcp => [ $tcp, 'auth_file users;' ],
	unix => [ $unix, 'auth_file %%TESTDIR%%/users;' ],
	classic => [ $tcp, 'auth_file users; protocol classic;' ],
	wrong => [ $tcp, 'auth_file wrong;' ],
	missing => [ $tcp, '' ],
	classic_missing => [ $unix, 'protocol classic;' ],
	open => [ $open, 'auth_file users;' ],
);

my ($managers, $locations) = ('', '');

for my $name (sort keys %managers) {
	my ($mc, $more) = @{$managers{$name}};

	$managers .= "session_manager $name { secret_file secret; cookie sid"
		. ' secure=off; memcached ' . $mc->address() . "; $more }\n";
	$locations .= <<EOF;
    location = /$name {
        session      $name phase=rewrite;
        session_set  user Ada always;
        add_header   X-Status \$session_status always;
        add_header   X-Error \$session_meta_error always;
        return       200 "\$session_user";
    }
EOF
}

$t->write_conf(<<"EOF");
$managers
server {
    listen  127.0.0.1:%%PORT_0%%;
$locations
}
EOF

$t->run();

###############################################################################

my %jar = map { $_ => cookie_jar() } keys %managers;

for my $name (qw/ tcp unix classic open /) {
	http_get("/$name", jar => $jar{$name});
	is(http_get("/$name", jar => $jar{$name})->body(), 'Ada',
		"$name: a session is kept");
}

is($open->get('auth'), undef, 'a memcached without users keeps no password');

$_->restart() for $tcp, $unix;

for my $name (qw/ tcp unix classic /) {
	ok(wait_until {
		http_get("/$name", jar => $jar{$name});
		http_get("/$name", jar => $jar{$name})->body() eq 'Ada';
	}, "$name: and again, after a restart");
}

refused('wrong', 'refused the user and the password of "auth_file"');
refused($_, 'wants a user and a password: "auth_file" is needed')
	for qw/ missing classic_missing /;

unlike($t->read_file('error.log'), qr/s3:cret|ada/,
	'no password is logged, and no user');

$t->stop();
done_testing();

###############################################################################

sub refused {
	my ($name, $why) = @_;

	my $address = $managers{$name}[0]->address();

	is(http_get("/$name")->status(), 200, "$name: a request is served");
	ok($t->wait_for_log(qr/memcached "\Q$address\E" \Q$why\E/),
		"$name: it is logged what to do");
	ok($t->wait_for_log(qr/changes of "$name" were not saved: memcached \Q$why/),
		"$name: and why a request failed");

	# since 1.6.44 a line as short as a probe's is not answered without a user

	my $silent = qr/closed .* without an answer: .*"auth_file"/;
	my $down = qr/memcached "\Q$address\E" is still down: it/;

	ok($t->wait_for_log(qr/$down (?:\Q$why\E|$silent)/),
		"$name: probes do not help");
}

###############################################################################
