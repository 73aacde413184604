package Test::Session::Identity;

# Copyright (C) the ngx_http_session_module authors

# Sessions of several managers in one nginx, each of which changes sessions in
# the same ways; if wanted, a second nginx of the same configuration whose
# memcached is a relay in front of the same one, so that something can happen
# between the commands of a request.

###############################################################################

use warnings;
use strict;

use IO::Select;
use MIME::Base64 qw/ decode_base64url encode_base64url /;

use Test::Session;
use Test::Session::HTTP;
use Test::Session::Long;
use Test::Session::Relay;
use Test::Session::Token;
use Test::Session::Told;

use base qw/ Exporter /;

our @EXPORT = qw/ GONE /;

# how $session_meta_save says that changes were not saved since the session is
# over, or somebody else's

use constant GONE => qr/^the session (?:was destroyed|became another)/;

# what a location does; each also stands below /slow/, with the upstream that
# answers when it is told to

my %actions = (
	set    => 'session_set a $arg_a;',
	other  => 'session_set b $arg_b;',
	user   => 'session_set user $arg_u;',
	nobody => 'session_unset user;',
	move   => 'session_regenerate;',
	moves  => 'session_regenerate; session_set b $arg_b;',
	login  => 'session_regenerate login; session_set user $arg_u;',
	signin => 'session_regenerate; session_set user $arg_u;',
	clear  => 'session_regenerate clear; session_set user $arg_u;',
	anew   => 'session_regenerate login clear; session_set user $arg_u;',
	logout => 'session_destroy;',
	none   => '',
	said   => 'session_accept X-Session- keys=a,b,user regenerate destroy;',
);

# the managers of most tests

our %managers = (
	plain  => '',
	plain0 => 'regenerate_grace 0;',
	owned  => 'subject user;',
	owned0 => 'subject user; regenerate_grace 0;',
	few    => 'subject user; max_sessions 3;',
	few0   => 'subject user; max_sessions 3; regenerate_grace 0;',
);

###############################################################################

# Options: managers (names and directives), relay (1: the second nginx),
# files (names and texts of secrets), secret (lines of a manager), server (more
# of each server, %NAME% is its manager), http, second (1: another memcached
# beside the first), store (the line of a store that is not memcached).

sub new {
	my ($class, %extra) = @_;

	my $t = Test::Session->new();
	my $self = bless { t => $t, number => 0, managers => { %managers },
		mc => $extra{store} ? undef : $t->memcached(), %extra }, $class;

	$self->{names} = [ sort keys %{$self->{managers}} ];
	$self->{told} = Test::Session::Told->new(port('told'));
	$t->secret();
	$t->secret($_, $self->{files}{$_}) for keys %{$self->{files} // {}};
	$self->{secret} //= 'secret_file %%TESTDIR%%/secret;';
	$_ = $t->expand($_) for $self->{secret}, values %{$self->{managers}};

	$self->{second} = $t->memcached() if $extra{second};

	if ($extra{relay}) {
		$self->{relay} = relay($t, $self->{mc});
		$self->{behind} = Test::Session->new();
		$self->start($self->{behind}, '1', 1, $self->{relay}->fake());
	}

	$self->start($t, '', 1, $self->{mc});
	$self->on($self->{names}[0]);

	return $self;
}

sub start {
	my ($self, $t, $mark, $workers, $mc) = @_;

	$t->write_file('nginx.conf', $self->conf($t, $mark, $workers, $mc));
	$t->run();
}

sub conf {
	my ($self, $t, $mark, $workers, $mc) = @_;

	my $store = $self->{store} // 'memcached ' . $mc->address() . ';';
	$store .= ' memcached ' . $self->{second}->address() . ';'
		if $self->{second};
	my $managers = $self->{managers};
	my $http = $self->{http} // '';

	for my $name (@{$self->{names}}) {
		my $more = $managers->{$name};
		my $port = port("$name$mark");
		my $locations = locations($name, $more);

		$more .= ' cookie sid secure=off;' if $more !~ /\bcookie |tornado/;
		$more .= ' timeout 20s;' if $more !~ /\btimeout / && $mc;

		$http .= "session_manager $name { $self->{secret} $more"
			. " $store }\n"
			. "server { listen 127.0.0.1:$port; session $name;"
			. ($self->{server} // '') =~ s/%NAME%/$name/gr
			. "\n$locations}\n";
	}

	return $t->expand(<<"CONF");
%%TEST_GLOBALS%%
worker_processes  $workers;
events { }
http {
    %%TEST_GLOBALS_HTTP%%
    log_format  save '\$http_x_number \$session_meta_save';
    access_log  %%TESTDIR%%/save.log save;
    proxy_buffering  off;
$http
}
CONF
}

sub locations {
	my ($name, $manager) = @_;

	my %all = %actions;
	my $upstream = 'proxy_pass http://127.0.0.1:' . port('told') . ';';

	$all{end} = 'session_revoke_all;' if $manager =~ /subject/;

	my $s = join '', map { "location = /$_ { $all{$_} return 204; }\n"
		. "location = /async/$_ { session_save async; $all{$_} return 204; }\n"
		. "location = /slow/$_ { $all{$_} $upstream }\n" } sort keys %all;

	return $s . 'location = /read { add_header X-Session '
		. '"$session_status:$session_user:$session_a:$session_b"; '
		. "empty_gif; }\n"
		. 'location = /born { add_header X-Session $session_meta_created; '
		. "empty_gif; }\n"
		. "location = /wanted { session_header X-User user; $upstream }\n"
		. "location = /needed { session $name require; "
		. "session_header X-User user; $upstream }\n";
}

###############################################################################

sub mc { return $_[0]{mc} }
sub relay_of { return $_[0]{relay} }
sub behind { return $_[0]{behind} }
sub names { return @{$_[0]{names}} }
sub told { return $_[0]{told} }

# how many commands memcached has carried out

sub asked {
	my ($self) = @_;

	my $stats = $self->{mc}->stats();
	my $sum = 0;

	$sum += $stats->{$_} for qw/ cmd_get cmd_touch cmd_set delete_hits
		delete_misses /;

	return $sum;
}

# which manager is meant from now on

sub on {
	my ($self, $name) = @_;

	$self->{name} = $name;

	return $self;
}

# in so many workers from now on

sub workers {
	my ($self, $workers) = @_;

	my $t = $self->{t};

	$t->write_file('nginx.conf', $self->conf($t, '', $workers, $self->{mc}));
	$t->reload() && $t->old_workers_gone() or die "nginx was not reloaded\n";
}

# the code for each manager, in 1 and in 2 workers; it gets a name for cases

sub each_way {
	my ($self, $code, @names) = @_;

	for my $workers (1, 2) {
		$self->workers($workers);

		for my $name (@names ? @names : $self->names()) {
			$self->{mc}->flush();
			$self->on($name);
			$code->("$name, $workers");
		}
	}
}

# the text of a manager has this word

sub has {
	my ($self, $word) = @_;

	return $self->{managers}{$self->{name}} =~ /\Q$word\E/;
}

###############################################################################

# The response to a request of a cookie ("sid=…", may be empty).

sub get {
	my ($self, $uri, $cookie, %extra) = @_;

	return $self->numbered(http_get($uri, $self->options($cookie), %extra));
}

sub options {
	my ($self, $cookie, %extra) = @_;

	my $number = 'X-Number: ' . ++$self->{number};

	return (port => port($self->{name} . ($extra{behind} // '')),
		header => [ $number, @{$extra{header} // []} ],
		cookie => $cookie || undef);
}

sub numbered {
	my ($self, $r, $number) = @_;

	$r->{number} = $number // $self->{number};

	return $r;
}

# "sid=…" as a response sets it, '' when it does not, or expires it

sub sent {
	my ($self, $r) = @_;

	my $value = $r->cookie('sid') // '';

	return $value eq '' ? '' : "sid=$value";
}

sub sid {
	my ($self, $uri, $cookie, %extra) = @_;

	return $self->sent($self->get($uri, $cookie, %extra));
}

# STATUS:user:a:b

sub state {
	my ($self, $cookie) = @_;

	return $self->get('/read', $cookie)->header('X-Session');
}

sub states {
	my ($self, @cookies) = @_;

	return join ' ', map { $self->state($_) } @cookies;
}

# how its save ended, as $session_meta_save says

sub saved {
	my ($self, $r) = @_;

	my $text = wait_until {
		my ($line) = map { $self->{$_} ? $self->{$_}->read_file('save.log')
			=~ /^$r->{number} (.*)\n/m : () } 't', 'behind';
		$line;
	};

	return $text;
}

# a request that waits at the upstream; answer() ends it

sub slow {
	my ($self, $uri, $cookie) = @_;

	my $held = $self->{told}->begin($uri, $self->options($cookie));

	return bless { held => $held, identity => $self,
		number => $self->{number} }, 'Test::Session::Identity::Slow';
}

# several of them at once: their responses

sub answer_all {
	my ($self, @slow) = @_;

	$_->say() for @slow;

	return map { $_->end() } @slow;
}

###############################################################################

# the records of sessions that go on, and their keys

sub live { return $_[0]{mc}->live() }

sub records {
	my ($self) = @_;

	return join ' ', sort map { $self->{mc}->get($_) // () } $self->live();
}

# the record of a cookie's session

sub key {
	my ($self, $cookie) = @_;

	return "$self->{name}:" . Test::Session::Token::store_key(
		substr(raw($cookie), 20, 32));
}

sub raw { return decode_base64url($_[0] =~ s/^sid=//r) }

# the same cookie as if all of it had happened so many seconds ago; secret: of
# another one than the first; at: the time of all of it

sub aged {
	my ($self, $cookie, $seconds, %extra) = @_;

	my $raw = raw($cookie);

	for my $at (5, 10, 15) {
		my $time = $extra{at}
			// Test::Session::Token::untime40(substr($raw, $at, 5));
		substr($raw, $at, 5) = Test::Session::Token::time40($time - $seconds);
	}

	my $signed = substr($raw, 0, -32);
	my $token = Test::Session::Token->new(name => $self->{name},
		secret => $extra{secret} // $self->{t}->read_file('secret'));

	substr($signed, 1, 4) = $token->key_id();

	return 'sid=' . encode_base64url($signed . $token->mac($signed));
}

###############################################################################

# Before the Nth command that a request of the second nginx sends to memcached,
# the code runs.  The response, and whether there was such a command.

sub before {
	my ($self, $n, $uri, $cookie, $code) = @_;

	my $relay = $self->{relay};
	my $command = qr/^m[gsd] /;
	my $from = $relay->count($command);

	$relay->limit($from + $n - 1);

	my $client = http_start(http_request($uri, close => 1,
		$self->options($cookie, behind => 1)), port => port("$self->{name}1"));
	my $number = $self->{number};
	my $select = IO::Select->new($client);

	wait_until { $relay->count($command) >= $from + $n
		|| $select->can_read(0) } or die "$uri: nothing happens\n";

	my $held = $relay->count($command) >= $from + $n;

	$code->() if $held;
	$relay->limit();
	$self->{from} = $from;

	return ($self->numbered(http_end($client), $number), $held);
}

# waits until the second nginx has its memcached again: it says so of a cookie
# that has no record

sub ready {
	my ($self) = @_;

	my $token = Test::Session::Token->new(name => $self->{name},
		secret => $self->{t}->read_file('secret'));

	wait_until {
		my $r = http_get('/read', port => port("$self->{name}1"),
			cookie => 'sid=' . $token->sign());
		$r->header('X-Session') =~ /^EXPIRED/;
	} or die "the second nginx has no memcached\n";
}

# the commands of that request

sub commands {
	my ($self) = @_;

	my @all = grep { /^m[gsd] / } $self->{relay}->fake()->commands();

	return @all[$self->{from} .. $#all];
}

# which of them match: 1 is the first

sub at {
	my ($self, $regex) = @_;

	my @commands = $self->commands();

	return grep { $commands[$_ - 1] =~ $regex } 1 .. @commands;
}

###############################################################################

package Test::Session::Identity::Slow;

use warnings;
use strict;

# the response, when the upstream has answered with these lines

sub answer {
	my ($self, @lines) = @_;

	$self->say(@lines);

	return $self->end();
}

sub say { my ($self, @lines) = @_; $self->{held}->finish(@lines) }

sub end {
	my ($self) = @_;

	return $self->{identity}->numbered($self->{held}->end(),
		$self->{number});
}

# the same with a response that does not end, see Test::Session::Long

sub stream {
	my ($self, @lines) = @_;

	my $stream = bless { socket => $self->{held}->stream(@lines), data => '',
		upstream => $self->{held} }, 'Test::Session::Long';

	$stream->read_until(qr/begun/);

	return $stream;
}

sub head { return $_[0]{held}->head() }

###############################################################################

1;

###############################################################################
