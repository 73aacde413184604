package Test::Session::Try;

# Copyright (C) the ngx_http_session_module authors

# The commands of a page of docs/guide, as who tries the page types them: curl
# reaches the test's nginx, and /etc is below the test's directory.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Test::More;

our @EXPORT = qw/ typed tried /;

###############################################################################

# what the shell prints, and what it has to say of mistakes; it starts in the
# folder where the page's browsers have their jars

sub typed {
	my ($page, $commands, $shell) = @_;

	my $t = $page->t();
	my $dir = $t->testdir();
	my $curl = 'curl --max-time 60 --connect-to example.com:443:127.0.0.1:'
		. $page->at(443);

	$t->write_file('try.sh', $commands =~ s/\bcurl\b/$curl/gr
		=~ s!/etc/!$dir$&!gr);

	my $prints = `cd $dir && ${\ ($shell // 'sh')} try.sh 2> try.err`;

	return ($prints, $t->read_file('try.err'));
}

# the commands below "To try it", twice: each one that has a comment prints it

sub tried {
	my ($page) = @_;

	my ($commands) = map { $_->{text} } grep { $_->{heading} eq 'To try it' }
		Test::Session::Page::blocks($page->{page}, 'sh');
	my $expected = join '', map { "$_\n" } $commands =~ /\S +# (.*)$/mg;

	for my $time ('first', 'second') {
		my ($prints, $mistakes) = typed($page, $commands);

		is($prints, $expected, "$page->{page}: the $time try");
		is($mistakes, '', 'without a mistake');
	}
}

###############################################################################

1;

###############################################################################
