#!/usr/bin/php
<?php

// Reads a session of ngx_http_session_module, and sets a key of it.
//
//     reader.php SECRET_FILE MANAGER COOKIE HOST:PORT [KEY VALUE]
//
// prints the session as JSON.  docs/wire-format.md says what is done here.

declare(strict_types=1);

// as in the session_manager block
const IDLE_TIMEOUT = 1800;
const ABSOLUTE_TIMEOUT = 12 * 3600;
const SUBJECT = 'user';
const MAX_SESSIONS = 0;                 // 0: the block has none

const CLOCK_SKEW = 60;
const TRIES = 16;                       // of a write, while others write too
const SOCKET_TIMEOUT = 1;               // s
const BOUND = 0x80000000;               // highest client flag: the cookie tells whose

const JSON_AS_NGINX = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES
    | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR;


class Refused extends Exception
{
}


// memcached's own protocol, since PHP's memcached extension unserializes what
// an item's client flags tell it to, and so makes any objects of it
class Client
{
    private $socket;

    public function __construct(string $address)
    {
        $this->socket = @stream_socket_client("tcp://$address", $code, $why,
            SOCKET_TIMEOUT);
        if ($this->socket === false) {
            throw new Refused("memcached: $why");
        }
        stream_set_timeout($this->socket, SOCKET_TIMEOUT);
    }

    // a command: its status, flags (['c' => '12']) and value
    public function command(string $line, string $data = ''): array
    {
        $data = "$line\r\n" . ($data !== '' ? "$data\r\n" : '');
        for ($rest = $data; $rest !== ''; $rest = substr($rest, $written)) {
            $written = fwrite($this->socket, $rest);
            if (!$written) {
                throw new Refused('memcached: closed');
            }
        }

        $words = explode(' ', rtrim((string) fgets($this->socket)));
        $status = array_shift($words);
        $size = $status === 'VA' ? (int) array_shift($words) : -2;
        $value = (string) stream_get_contents($this->socket, $size + 2);
        if ($status === '' || strlen($value) !== $size + 2) {
            throw new Refused('memcached: closed, or timed out');
        }

        $flags = [];
        foreach ($words as $word) {
            $flags[$word[0] ?? ''] = substr($word, 1);
        }

        return ['status' => $status, 'flags' => $flags,
            'value' => substr($value, 0, max($size, 0))];
    }

    // null: there is no such item
    public function get(string $key): ?array
    {
        $reply = $this->command("mg $key v c f");
        if ($reply['status'] !== 'VA' && $reply['status'] !== 'EN') {
            throw new Refused("memcached: {$reply['status']}");
        }

        return $reply['status'] === 'VA' ? $reply : null;
    }
}


function read_secret(string $path): string
{
    $data = file_get_contents($path);
    if ($data === false) {
        throw new Refused("cannot read $path");
    }

    // the newline that ends a text file does not belong to the secret
    return preg_match('/\A([\x20-\x7e]*)\r?\n?\z/', $data, $m) ? $m[1] : $data;
}


function mac_of(string $secret, string $manager, string $purpose,
    string $data): string
{
    $context = '';
    foreach ([$manager, $purpose] as $part) {
        $context .= chr(strlen($part)) . $part;
    }

    return hash_hmac('sha256', $context . $data, $secret, true);
}


// what a cookie says that nginx has signed
function verify(string $secret, string $manager, string $cookie): array
{
    $length = strlen($cookie);
    if (!preg_match('/\A[A-Za-z0-9_-]+\z/', $cookie)
        || ($length !== 112 && $length !== 132))
    {
        throw new Refused('not a session cookie');
    }

    $data = base64_decode(strtr($cookie, '-_', '+/'), true);
    $signed = substr($data, 0, -32);
    $version = strlen($signed) === 52 ? 1 : 2;

    $key_id = substr(hash_hmac('sha256', 'key id', $secret, true), 0, 4);
    if (ord($signed[0]) !== $version || substr($signed, 1, 4) !== $key_id) {
        throw new Refused('another version, or signed with another secret');
    }

    $expected = mac_of($secret, $manager, 'session cookie', $signed);
    if (!hash_equals($expected, substr($data, -32))) {
        throw new Refused('forged');
    }

    $times = array_map(fn($five) => hexdec(bin2hex($five)),
        str_split(substr($signed, 5, 15), 5));
    $created = $times[0];
    if (max($times) > time() + CLOCK_SKEW) {
        throw new Refused('from the future');
    }
    if ($created + ABSOLUTE_TIMEOUT <= time()) {
        throw new Refused('expired');
    }

    return [
        'id' => substr($signed, 20, 32),
        'created' => $created,
        'subject' => $version === 2 ? substr($signed, 52, 9) : null,
        'epoch' => $version === 2 ? hexdec(bin2hex(substr($signed, 61))) : 0,
    ];
}


function base64url(string $data): string
{
    return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}


// an object, so that {} stays {}
function decode(string $record): object
{
    $session = json_decode($record, false, 512);
    if (!is_object($session)) {
        throw new Refused('the record is not JSON');
    }

    return $session;
}


function load(Client $client, string $key): array
{
    $item = $client->get($key);
    if ($item === null) {
        throw new Refused('no such session');
    }

    $next = $how = null;                // the name of the id that replaced it
    $value = $item['value'];

    if (preg_match('/\Amoved (\d+) (\S+) (same|login|left)\n/', $value,
        $moved))
    {
        // loads by nginx have extended its life in memcached
        if ((int) $moved[1] < time()) {
            throw new Refused('no such session');
        }
        [, , $next, $how] = $moved;
        $value = substr($value, strlen($moved[0]));
    }

    // a PHP of 32 bits makes a float of what is too large for it
    return ['session' => decode($value), 'flags' => +$item['flags']['f'],
        'cas' => $item['flags']['c'], 'next' => $next, 'how' => $how];
}


// refuses a session that was revoked
function check_subject(Client $client, string $prefix, array $cookie,
    array $record, array $names, callable $hashed): void
{
    $subject = $record['session']->{SUBJECT} ?? '';
    if ($cookie['subject'] === null) {
        if ($record['flags'] >= BOUND && $subject !== '' && $subject !== false) {
            throw new Refused('a cookie of before the login');
        }
        return;
    }

    if (!is_string($subject) || $hashed($subject) !== $cookie['subject']) {
        throw new Refused('another subject\'s by now');
    }

    $item = $client->get($prefix . '~' . base64url($cookie['subject']));
    if ($item === null || !preg_match(
        '/\Aepoch (\d+)\n((?:\S+ \d+\n)*)\z/', $item['value'], $subject))
    {
        throw new Refused('nobody knows whether it was revoked');
    }
    if (+$subject[1] != $cookie['epoch']) {
        throw new Refused('revoked');
    }

    $listed = array_map(fn($line) => explode(' ', $line)[0],
        explode("\n", $subject[2]));
    if (MAX_SESSIONS && !array_intersect($names, $listed)) {
        throw new Refused('ended by a newer one');
    }
}


// sets a key; returns the session as it was saved
function change(Client $client, string $prefix, string $name, int $created,
    array $pair): object
{
    for ($try = 0; $try < TRIES; $try++) {
        $record = load($client, $prefix . $name);
        if ($record['next'] !== null) { // changes go where the session went
            if ($record['how'] !== 'same') {
                throw new Refused('another subject\'s by now');
            }
            $name = $record['next'];
            continue;
        }

        $session = $record['session'];
        $session->{$pair[0]} = $pair[1];

        $left = $created + ABSOLUTE_TIMEOUT - time();
        $ttl = max(1, min(IDLE_TIMEOUT, $left));
        $text = json_encode($session, JSON_AS_NGINX);
        $reply = $client->command("ms $prefix$name " . strlen($text)
            . " C{$record['cas']} T$ttl F{$record['flags']}", $text);
        if ($reply['status'] === 'HD') {
            return $session;
        }

        // also NF, when it was destroyed meanwhile: it stays so
        if ($reply['status'] !== 'EX') {
            throw new Refused("memcached: {$reply['status']}");
        }
    }

    throw new Refused('too many others write');
}


function main(string $secret_file, string $manager, string $cookie,
    string $address, string ...$pair): void
{
    $secret = read_secret($secret_file);
    $cookie = verify($secret, $manager, $cookie);
    $prefix = $manager . ':';           // the default key_prefix
    $name = base64url(hash('sha256', $cookie['id'], true));

    $client = new Client($address);

    $record = load($client, $prefix . $name);
    $names = [$name];
    $next = $record['next'];            // where the session goes on, if it does
    while ($next !== null) {
        $names[] = $next;
        $next = load($client, $prefix . $next)['next'];
    }

    check_subject($client, $prefix, $cookie, $record, $names,
        fn($subject) => substr(mac_of($secret, $manager, 'session subject',
            hash('sha256', $subject, true)), 0, 9));

    $session = $pair
        ? change($client, $prefix, $name, $cookie['created'], $pair)
        : $record['session'];
    echo json_encode($session, JSON_AS_NGINX), "\n";
}


if ($argc !== 5 && $argc !== 7) {
    fwrite(STDERR, "reader.php SECRET_FILE MANAGER COOKIE HOST:PORT"
        . " [KEY VALUE]\n");
    exit(1);
}

try {
    main(...array_slice($argv, 1));
} catch (Refused $reason) {
    fwrite(STDERR, "reader.php: {$reason->getMessage()}\n");
    exit(1);
}
