package Test::Session::Conf;

# Copyright (C) the ngx_http_session_module authors

# nginx.conf as the tests write it: macros, and what stands in each of them
# around the lines that a test is about.  These are methods of Test::Session.

###############################################################################

use warnings;
use strict;

###############################################################################

# nginx.conf with these lines in http {}.  Options: main, lines outside of it;
# scripts ("before" or "after"): Lua and njs are loaded before the module or
# after it, if this nginx takes Debian's modules, and what the test wrote to
# code.js is imported as "code".

sub write_conf {
	my ($self, @conf) = @_;

	return $self->write_file_expand('nginx.conf', $self->conf(@conf));
}

# its text, with macros

sub conf {
	my ($self, $http, %extra) = @_;

	my %load = (before => '', after => '');
	my $main = $extra{main} // '';

	if ($extra{scripts} && $self->is_packaged()) {
		$load{$extra{scripts}} = join '',
			map { "load_module /usr/lib/nginx/modules/$_.so;\n" }
			qw/ ndk_http_module ngx_http_lua_module ngx_http_js_module /;
		$http = "js_import code from %%TESTDIR%%/code.js;\n$http"
			if -e "$self->{dir}/code.js";
	}

	return <<"CONF";
$load{before}
%%TEST_GLOBALS%%
$load{after}
$main
events { }

http {
    %%TEST_GLOBALS_HTTP%%
$http
}
CONF
}

###############################################################################

# A manager's usual lines, with a cookie of that name: %%MANAGER_sid%% has the
# first memcached, %%RELAYED_sid%% the second, which a test puts in front of
# the first to keep commands back, and is waited for.

my %managers = (
	MANAGER => 'memcached 127.0.0.1:%%MC_0%%;',
	RELAYED => 'memcached 127.0.0.1:%%MC_1%%; timeout 30s;',
);

sub expand {
	my ($self, $content, %globals) = @_;

	$content =~ s/%%(MANAGER|RELAYED)_(\w+?)%%/manager($1, $2)/ge;
	$content =~ s/%%TEST_GLOBALS%%/$self->globals(%globals)/ge;
	$content =~ s/%%TEST_GLOBALS_HTTP%%/$self->globals_http()/ge;
	$content =~ s/%%TESTDIR%%/$self->{dir}/g;
	$content =~ s/%%PORT_(\d+)%%/Test::Session::port($1)/ge;
	$content =~ s/%%MC_(\d+)%%/Test::Session::port("mc$1")/ge;
	$content =~ s/%%UNIX_(\d+)%%/$self->unix_path($1)/ge;

	die "unknown macro $1\n" if $content =~ /(%%\w+%%)/;

	return $content;
}

sub manager {
	my ($macro, $cookie) = @_;

	return "secret_file %%TESTDIR%%/secret; $managers{$macro}"
		. " cookie $cookie secure=off;";
}

sub unix_path {
	my ($self, $n) = @_;

	return "$self->{dir}/socket.$n";
}

sub globals {
	my ($self, %globals) = @_;

	my $level = $ENV{TEST_NGINX_LOG_LEVEL} || 'info';
	my $log = $globals{log} || "$self->{dir}/error.log";

	my $s = "pid $self->{dir}/nginx.pid;\n"
		. "daemon off;\n"
		. "error_log $log $level;\n";

	$s .= "user root;\n" if $> == 0;
	$s .= "load_module $self->{module};\n" if $self->{module} ne '';

	# a binary that nginx starts by itself gets no other environment

	$s .= "env LD_PRELOAD;\nenv ASAN_OPTIONS;\n"
		if $ENV{TEST_NGINX_PRELOAD};

	return $s;
}

sub globals_http {
	my ($self) = @_;

	my $s = "root $self->{dir};\n"
		. "access_log $self->{dir}/access.log;\n";

	for my $part (qw/ client_body proxy fastcgi uwsgi scgi /) {
		$s .= "${part}_temp_path $self->{dir}/tmp_$part;\n";
	}

	return $s;
}

###############################################################################

1;

###############################################################################
