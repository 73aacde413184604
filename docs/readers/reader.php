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
const BOUND = 0x80000000;               // client flag: the cookie tells whose

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

    $context = '';
    foreach ([$manager, 'session cookie'] as $part) {
        $context .= chr(strlen($part)) . $part;
    }

    $expected = hash_hmac('sha256', $context . $signed, $secret, true);
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

    $next = null;                       // the name of the id that replaced it
    $value = $item['value'];

    if (preg_match('/\Amoved (\d+) (\S+)\n/', $value, $moved)) {
        // loads by nginx have extended its life in memcached
        if ((int) $moved[1] < time()) {
            throw new Refused('no such session');
        }
        $next = $moved[2];
        $value = substr($value, strlen($moved[0]));
    }

    return ['session' => decode($value), 'flags' => (int) $item['flags']['f'],
        'cas' => $item['flags']['c'], 'next' => $next];
}


// refuses a session that was revoked
function check_subject(Client $client, string $prefix, array $cookie,
    array $record, string $name): void
{
    if ($cookie['subject'] === null) {
        $subject = $record['session']->{SUBJECT} ?? '';
        if ($record['flags'] & BOUND && $subject !== '' && $subject !== false) {
            throw new Refused('a cookie of before the login');
        }
        return;
    }

    $item = $client->get($prefix . '~' . base64url($cookie['subject']));
    if ($item === null || !preg_match(
        '/\Aepoch (\d+)\n((?:\S+ \d+\n)*)\z/', $item['value'], $subject))
    {
        throw new Refused('nobody knows whether it was revoked');
    }
    if ((int) $subject[1] !== $cookie['epoch']) {
        throw new Refused('revoked');
    }

    $names = array_map(fn($line) => explode(' ', $line)[0],
        explode("\n", $subject[2]));
    if (MAX_SESSIONS && !in_array($name, $names, true)) {
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
    $cookie = verify(read_secret($secret_file), $manager, $cookie);
    $prefix = $manager . ':';           // the default key_prefix
    $name = base64url(hash('sha256', $cookie['id'], true));

    $client = new Client($address);

    $record = load($client, $prefix . $name);
    check_subject($client, $prefix, $cookie, $record,
        $record['next'] ?? $name);

    $next = $record['next'];            // where the session goes on, if it does
    while ($next !== null) {
        $next = load($client, $prefix . $next)['next'];
    }

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
