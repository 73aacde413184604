#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A key with the name of one of the module's own variables: $session_KEY is the
# variable, nginx -t warns of it, and session_variable gives the key a name.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

$t->memcached();
$t->secret();

for my $line (map({ "session_set $_ v;" } qw/ id status csrf meta_age Status
	meta_x /, 'meta_' . 'x' x 200), 'session_accept X-S- keys=user,status;')
{
	my ($directive, $key) = $line =~ /^(\w+) .*?([\w]+)(?: v)?;/;
	my $said = quotemeta qq{key "$key" in "$directive": \$session_$key is a}
		. ' variable of the module itself, and not this key; another name is'
		. qq{ expected, or "session_variable \$NAME $key" in};

	like(warnings($line), qr/$said \S+check\.conf:\d+$/, $line);
}

like(warnings('', 'subject id;'), qr/\[warn\] .*key "id" in "subject": /,
	'subject id');

is(warnings($_), '', "no warning: $_")
	for 'session_set ids v; session_set meta v; session_set user v;',
	'session_unset status; session_header X-Status status;';
is(warnings('session_set status v;', '', 'session_variable $state status;'), '',
	'no warning of a key that has another name');
is(warnings('session_set status.a v; session_set a v;', '',
	'session_variable $state status.a;'), '', 'a "." in a name');

# which one it is

$t->write_conf(conf('session_set status paid; return 204;', '',
	'session_variable $state status;'));
$t->run();

my $cookie = http_get('/')->cookie('sid');
is(http_get('/read', cookie => "sid=$cookie")->body(), "HIT paid\n",
	'$session_status is the module\'s, the key has its own name');

done_testing();

###############################################################################

sub warnings {
	my ($ok, $said) = $t->check_http(conf(@_));

	ok($ok, "good: @_") or diag($said);

	return join '', grep { /\[warn\]/ } split /^/, $said;
}

sub conf {
	my ($location, $manager, $http) = @_;

	$_ //= '' for $manager, $http;

	my $read = $http =~ /(\$state)/ ? $1 : '';

	return <<"EOF";
session_manager app { %%MANAGER_sid%% $manager }
$http
server {
    listen   127.0.0.1:%%PORT_0%%;
    session  app;
    location / {
        $location
    }
    location = /read {
        session  app phase=rewrite;
        return   200 "\$session_status $read\\n";
    }
}
EOF
}

###############################################################################
