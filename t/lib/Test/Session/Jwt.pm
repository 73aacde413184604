package Test::Session::Jwt;

# Copyright (C) the ngx_http_session_module authors

# Signed tokens as others read them: PyJWT, or jsonwebtoken of Node.

#     my $jwt = Test::Session::Jwt->new($t, 'python');
#     my ($claims, $error) = $jwt->check($token, key => KEY, sub => 'Ada');

# The claims are a reference made of JSON; or undef, and the error is the name
# of the library's exception.  Options: iss and aud, which have to be those.

###############################################################################

use warnings;
use strict;

use IPC::Open2;
use JSON::PP;

use constant PYTHON => <<'EOF';
import json, sys
import jwt

for line in sys.stdin:
    ask = json.loads(line)

    try:
        said = {'claims': jwt.decode(ask['token'], ask['key'],
                                     algorithms=['HS256'],
                                     issuer=ask.get('iss'),
                                     audience=ask.get('aud'),
                                     options={'require': ['iat', 'exp']})}
    except jwt.PyJWTError as e:
        said = {'error': type(e).__name__}

    print(json.dumps(said), flush=True)
EOF

use constant NODE => <<'EOF';
const jwt = require('jsonwebtoken');

require('readline').createInterface({ input: process.stdin })
.on('line', (line) => {
    const ask = JSON.parse(line);
    let said;

    try {
        said = { claims: jwt.verify(ask.token, ask.key,
                     { algorithms: ['HS256'], issuer: ask.iss,
                       audience: ask.aud }) };
    } catch (e) {
        said = { error: e.name + ': ' + e.message };
    }

    console.log(JSON.stringify(said));
});
EOF

###############################################################################

sub new {
	my ($class, $t, $language) = @_;

	local $ENV{NODE_PATH} = $t->build() . '/npm/node_modules';

	my @command = $language eq 'python'
		? ('/usr/bin/python3', '-c', PYTHON) : ('node', '-e', NODE);

	my $pid = open2(my $out, my $in, @command);

	return bless { pid => $pid, in => $in, out => $out }, $class;
}

sub check {
	my ($self, $token, %extra) = @_;

	my $json = JSON::PP->new->utf8->allow_nonref->allow_bignum;

	print { $self->{in} } $json->encode({ token => $token, %extra }) . "\n";
	$self->{in}->flush();

	my $line = readline($self->{out})
		// die "the library is missing: make test installs it\n";
	my $said = $json->decode($line);

	return ($said->{claims}, $said->{error});
}

sub DESTROY {
	my ($self) = @_;

	local $?;

	close $self->{in};
	close $self->{out};
	waitpid($self->{pid}, 0);
}

###############################################################################

1;

###############################################################################
