#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# A name that a session_manager block does not know is refused at its line: with
# the one that was probably meant, with all that are known, or with the place
# where it belongs.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Page qw/ entries /;

###############################################################################

my $t = Test::Session->new();
my @names = map { $_->{name} }
	grep { $_->{context} eq 'session_manager' } entries('docs/directives.md');

$t->write_file('lines.conf', "idle_timeout 1h;\n");
cmp_ok(scalar @names, '>', 30, 'the block has directives');

# each of them without its second letter

for my $name (@names) {
	my $wrong = $name =~ s/^.\K.//r;

	told("$wrong a;", unknown($wrong) . qq{, did you mean "$name"?});
}

# one letter or two are added, left out or replaced

for my $wrong (qw/ cokie cooky cookiess xcookie cookkiee ookie ckoie /) {
	told("$wrong a;", unknown($wrong) . ', did you mean "cookie"?');
}

for my $wrong (qw/ cookiesss kie Cookie-s nosuch x ids path /, '30m', 'a b',
	'cookie' x 500)
{
	my ($said) = told("'$wrong' a;",
		substr(unknown($wrong), 0, 900) . (length $wrong > 999 ? ''
			: ': one of these is expected: '));
	my ($known) = $said =~ / is expected: (.*) in \S+$/m or next;

	is_deeply([ sort split /, /, $known ], \@names, 'all are named');
}

# the one with fewer wrong letters is meant

told('tls_verif on;', unknown('tls_verif') . ', did you mean "tls_verify"?');
told('max_sise 1k;', unknown('max_sise') . ', did you mean "max_size"?');

# what stands elsewhere, of the module, of nginx's HTTP and of its core

for my $line ('session app;', 'session_require $uri;', 'proxy_pass http://a;',
	'server_name a;', 'session_manager other;')
{
	my ($name) = $line =~ /^(\w+)/;

	told($line, belongs($name));
}

for my $line ('user a;', 'include lines.conf;', 'worker_processes 1;') {
	my ($name) = $line =~ /^(\w+)/;

	unlike(told($line, qq{"$name" does not belong in session_manager "app"}),
		qr/behind the "}"/, 'nor behind it');
}

# where a brace is too much, or one is missing, nginx has said so before

for my $open ('server { }', 'location / {', 'session_manager other { }') {
	my ($name) = $open =~ /^(\w+)/;

	told($open, belongs($name), 'unexpected "{"');
}

told('servr { }', unknown('servr') . ': one of these', 'unexpected "{"');
told('cokie {', unknown('cokie') . ', did you mean', 'unexpected "{"');

for my $end ('{', '{ }', '}') {
	told("idle_timeout 1h $end", 'directive "idle_timeout" in session_manager'
		. ' "app" is not terminated by ";"', 'unexpected "' . substr($end, 0, 1)
		. '"');
}

# what nginx refuses for another reason is no missing ";"

for my $line ('key_prefix "a"b;', 'key_prefix "a', 'key_prefix ' . 'a' x 5000 . ';') {
	my (undef, $said) = $t->check_http("session_manager app {\n$line\n}\n");

	is(scalar(() = $said =~ /^(?!nginx: ).*\[emerg\] /mg), 1, 'one message, of nginx');
}

$t->stop();
done_testing();

###############################################################################

sub unknown {
	my ($name) = @_;

	return qq{unknown directive "$name" in session_manager "app"};
}

sub belongs {
	my ($name) = @_;

	return qq{"$name" does not belong in session_manager "app": it is expected}
		. ' behind the "}" of that block';
}

# the line, what is said of it, and what nginx says before that

sub told {
	my ($line, $message, $before) = @_;

	my ($ok, $said) = $t->check_http("session_manager app {\n$line\n}\n");
	my ($above) = $t->read_file('check.conf') =~ /^(.*)^\Q$line\E$/ms;
	my $number = 1 + $above =~ tr/\n//;
	my $where = qr/ in \S+check\.conf:$number$/m;

	my @emerg = $said =~ /^(?!nginx: ).*\[emerg\] (.*)$/mg;

	ok(!$ok && $emerg[-1] =~ /^\S+ \Q$message\E.*$where/,
		substr $line, 0, 80) or diag("$number: $message\n$said");
	is(scalar @emerg, $before ? 2 : 1, 'in one line of ours') or diag($said);
	like($emerg[0], qr/ \Q$before\E$where/, 'behind what nginx says')
		if $before;

	return $said;
}

###############################################################################
