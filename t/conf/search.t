#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# The file and the line of an unknown variable, however it is written and
# included.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;

###############################################################################

my $t = Test::Session->new();
my $dir = $t->testdir();

$t->secret();
mkdir "$dir/conf.d";

my $unknown = qr/unknown variable "\$session_meta_aeg": /;
my $undeclared = qr/variable "\$session_theme" in "set" is not declared, /;

$t->write_file('conf.d/a.conf', "# \$session_meta_aeg\n");
$t->write_file('conf.d/b.conf', "\nset \$b \$session_meta_aeg; # HERE\n");
$t->write_file('conf.d/c.conf', "set \$c \$session_meta_aeg; # HERE\n");
$t->write_file('conf.d/d.conf', "\nset \$d \$session_meta_aeg; # HERE");
$t->write_file('conf.d/nested.conf', "set \$nested 1;\ninclude conf.d/b.conf;");
$t->write_file('conf.d/set.conf', "set\t\$session_theme\tHERE;\n");

# what stands in a location, and the file of the line with "HERE"

for (
	[ 'include behind a brace', '{include conf.d/b.conf;', 'conf.d/b.conf' ],
	[ 'behind a semicolon', '{set $a 1;include conf.d/b.conf;',
		'conf.d/b.conf' ],
	[ 'behind the end of a block', "{}location /b {\nif (\$uri) {}"
		. "include conf.d/b.conf;", 'conf.d/b.conf' ],
	[ 'include and tabs', "{\n\tinclude\t \tconf.d/b.conf\t;",
		'conf.d/b.conf' ],
	[ 'include and a carriage return', "{\ninclude conf.d/b.conf\r\n;",
		'conf.d/b.conf' ],
	[ 'the semicolon on another line', "{\ninclude conf.d/b.conf\n;",
		'conf.d/b.conf' ],
	[ 'single quotes', "{\ninclude 'conf.d/b.conf';", 'conf.d/b.conf' ],
	[ 'double quotes', "{\ninclude \"conf.d/b.conf\"\n;", 'conf.d/b.conf' ],
	[ 'a file that includes another', "{\ninclude conf.d/nested.conf;",
		'conf.d/b.conf' ],
	[ 'the first of two files', "{\ninclude conf.d/[bc].conf;",
		'conf.d/b.conf' ],
	[ 'the first of two directives', "{\ninclude conf.d/c.conf;\n"
		. 'include conf.d/b.conf;', 'conf.d/c.conf' ],
	[ 'a pattern of no file', "{\ninclude conf.d/x*.conf;\n"
		. 'include conf.d/c.conf;', 'conf.d/c.conf' ],
	[ 'a file without an end of line', "{\ninclude conf.d/d.conf;\n",
		'conf.d/d.conf' ],

	[ 'the name at the end of a line', "{\n# a\nreturn 200 'x\n"
		. "# \$session_meta_aeg, HERE is one\n\$session_meta_aeg\n';",
		'check.conf', -1, "\$session_meta_aeg\n'" ],
	[ 'a dollar at the end of a line', "{ location ~ \\.a\$\n{ }\n"
		. 'return 200 $session_meta_aeg; # HERE', 'check.conf' ],
	[ 'a short name at the end of a line', "{\nset \$a 1; set \$b \$a\n;\n"
		. 'return 200 $session_meta_aeg; # HERE', 'check.conf' ],
	[ 'longer names before', "{\nset \$a \$session_meta_aeg2;\n"
		. "set \$a \$session_meta_aeg_;\nset \$a \$session_meta_aegA\n;\n"
		. 'return 200 "$session_meta_aeg-"; # HERE', 'check.conf' ],
	[ 'a number sign in a word', "{\nset \$a a#\$session_meta_aeg; # HERE",
		'check.conf' ],
	[ 'a directive that begins as include does', "{\nset \$a 'b\n"
		. "includes \$session_meta_aeg HERE';", 'check.conf' ],
	[ 'a word that begins as include does', "{\nset \$a 'b\n"
		. "include: \$session_meta_aeg HERE';", 'check.conf' ],
	[ 'include of what is not there', "{\nset \$a ' include none.conf;\n"
		. "include conf.d;\n\$session_meta_aeg HERE';", 'check.conf' ],
	[ 'includes of itself on many lines', "{\nset \$a '\n"
		. "include check.conf;\n" x 100 . "\$session_meta_aeg HERE';",
		'check.conf' ],
	[ 'include of itself', "{\nset \$a ' include check.conf;\n"
		. "\$session_meta_aeg HERE';", 'check.conf' ],

	[ 'set and tabs', "{\ninclude conf.d/set.conf;", 'conf.d/set.conf',
		$undeclared ],
	[ 'set behind a semicolon', "{\nset \$a \$session_theme;\n"
		. 'set $b 1;set $session_theme 1; # HERE', 'check.conf', $undeclared ],
	[ 'words that end as set does', "{\nset \$a 're\nreset \$session_theme"
		. "\net \$session_theme';\nset \$session_theme 1; # HERE", 'check.conf',
		$undeclared ],
)
{
	my ($name, $lines, $file, $reason, $mark) = @$_;

	$reason = $unknown if !ref $reason;

	my ($ok, $said) = check($lines);

	ok(!$ok && $said =~ /\[emerg\] .*$reason.* in (\S+):(\d+)$/m,
		"$name: is refused") or diag($said);
	is("$1:$2", place($file, $mark // 'HERE'), "$name: where it stands");
}

# where nginx reads it, and the search does not, the message has no line

my ($ok, $said) = check("{\ninclude\nconf.d/b.conf;");
like($said, qr/\[emerg\] .*$unknown/, 'a file name on the next line is refused');
unlike($said, qr/$unknown.* in \S+b\.conf/, 'its place is not told');

$t->stop();
done_testing();

###############################################################################

sub place {
	my ($file, $text) = @_;

	my ($before) = $t->read_file($file) =~ /^(.*?)\Q$text\E/s;

	return "$dir/$file:" . (1 + ($before =~ tr/\n//));
}

sub check {
	my ($lines) = @_;

	return $t->check_http(<<"EOF");
session_manager app {
    secret_file  %%TESTDIR%%/secret;
    memcached    127.0.0.1;
}
map \$uri \$session_meta_aeg2 { default 1; }
map \$uri \$session_meta_aeg_ { default 1; }
map \$uri \$session_meta_aegA { default 1; }
server { listen 127.0.0.1:%%PORT_0%%; session app;
location / $lines
}
}
EOF
}

###############################################################################
