package Test::Session::Token;

# Copyright (C) the ngx_http_session_module authors

# The session cookie's value, signed and checked without the module's code;
# the format stands in src/nsess/sign/nsess_token.h.

###############################################################################

use warnings;
use strict;

use base qw/ Exporter /;

use Digest::SHA qw/ hmac_sha256 sha256 /;
use MIME::Base64 qw/ encode_base64url decode_base64url /;

our @EXPORT = qw/ signed_cookie /;

use constant {
	VERSION => 1,
	KEY_ID_LEN => 4,
	ID_LEN => 32,
	SIGNED_LEN => 52,
	RAW_LEN => 84,
};

###############################################################################

# a new good cookie "sid" of a manager, "app" if not given, whose secret is that
# of a test's file "secret"

sub signed_cookie {
	my ($t, $name) = @_;

	my $token = Test::Session::Token->new(name => $name // 'app',
		secret => $t->read_file('secret') =~ s/\s+\z//r);

	return 'sid=' . $token->sign();
}

# secret, and the manager's name and the purpose that the signature covers

sub new {
	my ($class, %self) = @_;

	return bless { name => 'app', purpose => 'session cookie', %self }, $class;
}

sub key_id {
	my ($self) = @_;

	return substr(hmac_sha256('key id', $self->{secret}), 0, KEY_ID_LEN);
}

sub mac {
	my ($self, $signed) = @_;

	my ($name, $purpose) = @$self{qw/ name purpose /};

	return hmac_sha256(pack('C/a C/a a*', $name, $purpose, $signed),
		$self->{secret});
}

# A value; created, issued and signed are Unix times, now if not given.

sub sign {
	my ($self, %token) = @_;

	my $now = time();
	my $signed = pack('C a4', $token{version} // VERSION,
		$token{key_id} // $self->key_id());

	for my $name (qw/ created issued signed /) {
		$signed .= time40($token{$name} // $now);
	}

	$signed .= $token{id} // random_id();

	return encode_base64url($signed . $self->mac($signed));
}

# The parts of a value, or undef when it is not well signed.

sub verify {
	my ($self, $text) = @_;

	my $raw = decode_base64url($text);

	return undef if length $raw != RAW_LEN;
	return undef if encode_base64url($raw) ne $text;

	my $signed = substr($raw, 0, SIGNED_LEN);
	return undef if substr($raw, SIGNED_LEN) ne $self->mac($signed);

	my ($version, $key_id, $created, $issued, $signed_at, $id)
		= unpack('C a4 a5 a5 a5 a32', $signed);

	return undef if $version != VERSION || $key_id ne $self->key_id();

	return {
		created => untime40($created),
		issued => untime40($issued),
		signed => untime40($signed_at),
		id => $id,
	};
}

sub random_id {
	open my $fh, '<:raw', '/dev/urandom' or die "no random source: $!\n";
	read $fh, my $id, ID_LEN;
	close $fh;

	return $id;
}

# where the record of an id is kept, behind the manager's prefix

sub store_key {
	my ($id) = @_;

	return encode_base64url(sha256($id));
}

# five bytes, big endian

sub time40 {
	my ($time) = @_;

	return substr(pack('Q>', $time), 3);
}

sub untime40 {
	my ($bytes) = @_;

	return unpack('Q>', "\0\0\0$bytes");
}

###############################################################################

1;

###############################################################################
