#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Names of variables that only the configuration knows fail nginx -t, which
# tells the file and the line.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();

$t->secret();
mkdir $t->testdir() . '/conf.d';

my $unknown = qr/unknown\svariable\s"\$session_meta_aeg":\sone\sof
	\s"\$session_meta_id_hash",.*"\$session_meta_age",.*\sis\sexpected/x;
my $undeclared = qr/variable\s"\$session_theme"\sin\s"set"\sis\snot\sdeclared,
	.*"session_variable\s\$session_theme\stheme"\sis\sexpected/x;

# what stands in the server, in which the line is marked by "# HERE"

for (
	[ 'a header', <<'EOF', $unknown ],
		location / {
			# $session_meta_aeg
			add_header  X-Age $session_meta_age;
			add_header  X-A "a$session_meta_aeg"; # HERE
		}
EOF
	[ 'in braces', 'return 200 "${session_meta_aeg}"; # HERE', $unknown ],
	[ 'in capitals', 'return 200 "$Session_Meta_AEG"; # HERE', $unknown ],
	[ 'not a longer name', <<'EOF', $unknown ],
		map $uri $session_meta_aeg_more { default $session_meta_aeg; } # HERE
EOF
	[ 'a format of logs', 'log_format x "$session_meta_aeg"; # HERE', $unknown ],
	[ 'set', <<'EOF', $undeclared ],
		location = /read { return 200 $session_theme; }
		location / { set $session_theme dark; return 204; } # HERE
EOF
	[ 'set of a longer name, too', <<'EOF', $undeclared ],
		set $session_themes a$session_theme;
		set $session_theme a; # HERE
EOF
	[ 'set in two lines', "set\n\$session_theme # HERE\ndark;", $undeclared ],
)
{
	my ($name, $lines, $reason) = @$_;
	my ($ok, $said) = check($lines);

	$reason = qr/variable "\$session_themes" in "set" is not declared/
		if $name =~ /longer name, too/;

	ok(!$ok && $said =~ /\[emerg\] .*$reason.* in (\S+):(\d+)$/m,
		"$name is refused") or diag($said);
	is("$1:$2", place('check.conf', $name =~ /too$/ ? 'themes a' : 'HERE'),
		"$name: where it stands");
}

# in a file that is included

$t->write_file('conf.d/a.conf', "# nothing\n");
$t->write_file('conf.d/b.conf', "\nlocation /b { return 200 \"\n"
	. "\$session_meta_aeg HERE\"; }\n");

for my $include ("include conf.d/*.conf;", "include \"conf.d/b.conf\" ;",
	'include ' . $t->testdir() . '/conf.d/[ab].conf;')
{
	my ($ok, $said) = check($include);

	ok(!$ok && $said =~ /\[emerg\] .*$unknown.* in (\S+):(\d+)$/m, $include);
	is("$1:$2", place('conf.d/b.conf', 'HERE'), 'where it stands');
}

for my $good (
	'return 200 $session_meta_age$session_meta_csrf;',
	'return 200 $session_theme$session_aeg;',
	'set $theme $session_theme;',
	'set $declared dark;',
	'set $session_declared dark;',
)
{
	my ($ok, $said) = check("$good", 'session_variable $declared theme;'
		. ' session_variable $session_declared declared;');

	ok($ok, "good: $good") or diag($said);
}

# without a session_manager the module does not look at the names

my ($ok, $said) = $t->check_conf("%%TEST_GLOBALS%%\nevents { }\nhttp {"
	. ' %%TEST_GLOBALS_HTTP%% server { location / { set $session_theme a; return 200; } } }');
ok($ok, 'without a session_manager they are of no interest') or diag($said);

# paths of session_variable

for my $path ('$user', 'a.$b', '*', 'a.*') {
	my ($ok, $said) = check('', "session_variable \$a $path;");

	ok(!$ok && $said =~ /\[emerg\] .*invalid path "\Q$path\E" in "session_var/,
		"session_variable: $path") or diag($said);
}

$t->stop();
done_testing();

###############################################################################

sub place {
	my ($file, $text) = @_;

	my ($before) = $t->read_file($file) =~ /^(.*?)\Q$text\E/s;

	return $t->testdir() . "/$file:" . (1 + ($before =~ tr/\n//));
}

sub check {
	my ($server, $http) = @_;

	$http //= '';
	$http .= "\n" . $server if $server =~ /^\s*(?:map|log_format)/;
	$server = '' if $server =~ /^\s*(?:map|log_format)/;

	return $t->check_http(<<"EOF");
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1;
}
$http
server { listen 127.0.0.1:%%PORT_0%%; session app;
$server
}
EOF
}

###############################################################################
