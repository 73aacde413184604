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
const BOUND = 0x8000;                   // client flag: the cookie tells whose;
                                        // PHP shows the upper 16 bits

const JSON_AS_NGINX = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES
    | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR;


class Refused extends Exception
{
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
    return json_decode($record, false, 512, JSON_THROW_ON_ERROR);
}


function load(Memcached $client, string $key): array
{
    $item = $client->get($key, null, Memcached::GET_EXTENDED);
    if ($item === false) {
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

    return ['session' => decode($value), 'flags' => $item['flags'],
        'cas' => $item['cas'], 'next' => $next];
}


// refuses a session that was revoked
function check_subject(Memcached $client, string $prefix, array $cookie,
    array $record, string $name): void
{
    if ($cookie['subject'] === null) {
        $subject = $record['session']->{SUBJECT} ?? '';
        if ($record['flags'] & BOUND && $subject !== '' && $subject !== false) {
            throw new Refused('a cookie of before the login');
        }
        return;
    }

    $value = $client->get($prefix . '~' . base64url($cookie['subject']));
    if ($value === false || !preg_match(
        '/\Aepoch (\d+)\n((?:\S+ \d+\n)*)\z/', $value, $subject))
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
function change(Memcached $client, string $prefix, string $name, int $created,
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
        $client->setOption(Memcached::OPT_USER_FLAGS, $record['flags']);
        if ($client->cas($record['cas'], $prefix . $name,
            json_encode($session, JSON_AS_NGINX), $ttl))
        {
            return $session;
        }

        // also when it was destroyed meanwhile: it stays so
        if ($client->getResultCode() !== Memcached::RES_DATA_EXISTS) {
            throw new Refused($client->getResultMessage());
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

    [$host, $port] = explode(':', $address);
    $client = new Memcached();
    $client->setOption(Memcached::OPT_BINARY_PROTOCOL, false);
    // nginx does not read what this extension compresses
    $client->setOption(Memcached::OPT_COMPRESSION, false);
    $client->addServer($host, (int) $port);

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
