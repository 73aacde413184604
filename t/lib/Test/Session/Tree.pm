package Test::Session::Tree;

# Copyright (C) the ngx_http_session_module authors

# Where the project's files are, so that no test knows in which folder it is.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Cwd qw/ abs_path /;
use File::Basename qw/ dirname /;

our @EXPORT_OK = qw/ root build text /;

my $root = abs_path(dirname(__FILE__) . '/../../../..');
my $build = $ENV{BUILD} || "$root/build";

###############################################################################

# the folder of the project, and the one of what was built

sub root { return $root }
sub build { return $build }

# the content of a file, whose name begins at the project's folder

sub text {
	my ($name) = @_;

	open my $fh, '<', "$root/$name" or die "$name: $!\n";
	local $/;
	return scalar <$fh>;
}

###############################################################################

1;

###############################################################################
