#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# t/tools/deps.sh names the packages that are missing, also where it may not
# install them, and tells of the services that it leaves off.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Tree qw/ text /;

###############################################################################

my $t = Test::Session->new();
my @user = $> == 0 ? qw/ setpriv --reuid=nobody --regid=nogroup --clear-groups /
	: ();

chmod 0755, $t->testdir();
is(deps('perl'), "0\n", 'nothing is missing');

my $missing = "please run as root: apt-get install no-such-package\n";

program('sudo', 'echo "sudo: a terminal is required" >&2; exit 1');
is(deps('perl', 'no-such-package'), 'sudo is used to install Debian packages'
	. "\nsudo: a terminal is required\n${missing}1\n", 'sudo that fails');

program('sudo', 'echo "$@" | sed "s/.* //"');
is(deps('no-such-package'), 'sudo is used to install Debian packages'
	. "\nno-such-package\n0\n", 'sudo that does it');

unlink $t->testdir() . '/bin/sudo';
is(deps('no-such-package'), "${missing}1\n", 'no sudo');

# how long it will take; root is nobody here, who may install nothing

program('id', 'echo 0');
program('apt-get', 'case $2 in --assume-no)'
	. ' echo "0 upgraded, 241 newly installed, 0 to remove.";; *) exit 1;; esac');
like(deps('no-such-package'), qr/\Ainstalling[ ]Debian[ ]packages:[ ]no-such-package\n
	with[ ]all[ ]that[ ]they[ ]need[ ]these[ ]are[ ]241[ ]packages:[ ]about[ ]3[ ]min\n/x,
	'before apt is silent, it says for how long');

# it leaves services off, and says so, as do those who send readers through it

for my $page ('t/tools/deps.sh', 'README.md', 'docs/guide/README.md') {
	like(text($page), qr/sudo systemctl enable --now (?:\$name|nginx)/,
		"$page: how to have a service run");
}

done_testing();

###############################################################################

sub program {
	my ($name, $text) = @_;

	chmod 0755, $t->write_file("bin/$name", "#!/bin/sh\n$text\n");
}

# what it prints, and its status; of the system's programs it has those that it
# needs up to there, unless the test has others

sub deps {
	my $bin = $t->testdir() . '/bin';

	for my $name (qw/ sh dpkg-query sed grep id basename mktemp cat rm /) {
		next if -e "$bin/$name";
		my ($path) = grep { -x } map { "$_/$name" } split /:/, $ENV{PATH};
		program($name, qq(exec $path "\$@"));
	}

	my $script = $t->root() . '/t/tools/deps.sh';

	open my $out, '-|', @user, '/bin/sh', '-c',
		'PATH=$0; export PATH; sh "$@" 2>&1; echo $?', $bin, $script, @_
		or die "cannot run sh: $!\n";

	return join '', <$out>;
}

###############################################################################
