#!/usr/bin/perl

# Copyright (C) the ngx_http_session_module authors

# Who a session's subject is cannot be found out from cookies and keys without
# the manager's secret; while secrets turn over, ends reach those of both.

###############################################################################

use warnings;
use strict;

use FindBin;
use Test::More;

use lib "$FindBin::Bin/../lib";
use Test::Session;
use Test::Session::Identity;

###############################################################################

use Digest::SHA qw/ sha1 sha256 sha512 hmac_sha256 /;
use MIME::Base64 qw/ encode_base64url /;

use constant OLD => 'an older secret, kept while cookies turn over';

my $i = Test::Session::Identity->new(files => { older => OLD },
	managers => { map { ($_, $Test::Session::Identity::managers{$_}) }
	qw/ owned owned0 few / });

my ($old, $new) = map { "secret_file $i->{t}->{dir}/$_;" } qw/ older secret /;

hashes();
for my $name ($i->names()) {
	turned_over($name, '/end', 0);
	turned_over($name, '/end', 1);
	places($name) if $i->on($name)->has('max_sessions');
	signed_again($name);
}

done_testing();

###############################################################################

# the manager has these secrets from now on

sub secrets {
	$i->{secret} = join ' ', @_;
	$i->workers(2);
}

sub subject_key { return map { /:~(.+)/ } $i->mc()->keys() }

# the cookie, as bytes, and the name of the subject's record

sub seen {
	my ($user) = @_;

	$i->mc()->flush();

	my $cookie = $i->sid("/login?u=$user");
	my ($key) = subject_key();

	return (Test::Session::Identity::raw($cookie), $key);
}

sub hashes {
	for my $name ($i->names()) {
		$i->on($name);
		secrets($new);

		my ($cookie, $key) = seen('4711');
		my @texts = ('4711', "${name}4711", "$name:4711", "$name\0004711",
			"session subject\0${name}4711", "session subject\0${name}\0004711");
		my @found;

		for my $text (@texts) {
			for my $hash (sha256($text), sha1($text), sha512($text),
				hmac_sha256($text, $name), hmac_sha256($text, 'session subject'))
			{
				my $begin = substr($hash, 0, 6);
				push @found, $text =~ s{\0}{ }r if index($cookie, $begin) >= 0
					|| index($key, encode_base64url($begin)) >= 0;
			}
		}

		is("@found", '', "$name: no plain hash of the subject");
		is(index($cookie, '4711'), -1, "$name: nor itself in the cookie");
		is(index($key, '4711'), -1, "$name: nor in the key");

		my (undef, $same) = seen('4711');
		is($same, $key, "$name: one subject has one record");
		my (undef, $other) = seen('4712');
		isnt($other, $key, "$name: another has another");

		secrets($old);
		my (undef, $secret) = seen('4711');
		isnt($secret, $key, "$name: the secret decides which");
	}
}

# sessions from before and after the new secret came, and one end

sub turned_over {
	my ($name, $end, $by) = @_;

	$i->on($name);
	$i->mc()->flush();
	secrets($old);

	my $before = $i->sid('/login?u=ada', $i->sid('/set?a=1'));

	secrets($new, $old);

	is($i->state($before), 'HIT:ada:1:', "$name: a session goes on");

	my $after = $i->sid('/login?u=ada');
	my $moved = $i->sid('/move', $before);

	is($i->states($after, $moved), 'HIT:ada:: HIT:ada:1:',
		"$name: beside one that begins, and with another id");

	$i->get($end, $by ? $moved : $after);
	is($i->states($before, $after, $moved), join(' ', ('EXPIRED:::') x 3),
		"$name: one end reaches all of them");

	my $again = $i->sid('/login?u=ada');
	is($i->state($again), 'HIT:ada::', "$name: a login is good after that");

	# also when the old one is gone

	secrets($new);
	is($i->state($moved), 'EXPIRED:::', "$name: what was ended stays so");
}

# logins by each secret have places of their own

sub places {
	my ($name) = @_;

	$i->mc()->flush();
	secrets($old);

	my @before = map { $i->sid('/login?u=ada') } 1 .. 3;

	secrets($new, $old);

	my @after = map { $i->sid('/login?u=ada') } 1 .. 4;
	is($i->states(@before, @after), join(' ', ('HIT:ada::') x 3,
		'EXPIRED:::', ('HIT:ada::') x 3), "$name: as many as may be of each");
}

# a cookie of the old secret that a save signs anew

sub signed_again {
	my ($name) = @_;

	$i->mc()->flush();
	secrets($old);

	my $before = $i->sid('/login?u=ada');

	secrets($new, $old);

	my $signed = $i->sid('/other?b=1', $before);

	is($signed ? $i->state($signed) : '', 'HIT:ada::1',
		"$name: a save signs a cookie anew");
	isnt(substr(Test::Session::Identity::raw($signed || $before), 1, 4),
		substr(Test::Session::Identity::raw($before), 1, 4),
		"$name: by the first secret");
	is($i->key($signed || $before), $i->key($before), "$name: of the same id");

	my $other = $i->sid('/login?u=ada');
	$i->get('/end', $other);
	is($i->states($before, $signed || $before), 'EXPIRED::: EXPIRED:::',
		"$name: which ends with the others");
}

###############################################################################
