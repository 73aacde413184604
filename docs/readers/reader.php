#!/usr/bin/php
<?php

// Reads a session of ngx_http_session_module, and sets a key of it.
//
//     reader.php SECRET_FILE MANAGER COOKIE HOST:PORT [KEY VALUE]
//
// prints the session as JSON.  docs/wire-format.md says what is done here.

declare(strict_types=1);

const IDLE_TIMEOUT = 1800;              // as in the session_manager block
const ABSOLUTE_TIMEOUT = 12 * 3600;
const CLOCK_SKEW = 60;
const TRIES = 16;                       // of a write, while others write too

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


// the session's id, and when the session began
function verify(string $secret, string $manager, string $cookie): array
{
    if (!preg_match('/\A[A-Za-z0-9_-]{112}\z/', $cookie)) {
        throw new Refused('not a session cookie');
    }

    $data = base64_decode(strtr($cookie, '-_', '+/'), true);
    $signed = substr($data, 0, 52);

    $key_id = substr(hash_hmac('sha256', 'key id', $secret, true), 0, 4);
    if ($signed[0] !== "\x01" || substr($signed, 1, 4) !== $key_id) {
        throw new Refused('another version, or signed with another secret');
    }

    $context = '';
    foreach ([$manager, 'session cookie'] as $part) {
        $context .= chr(strlen($part)) . $part;
    }

    $expected = hash_hmac('sha256', $context . $signed, $secret, true);
    if (!hash_equals($expected, substr($data, 52))) {
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

    return [substr($signed, 20, 32), $created];
}


function record_key(string $manager, string $id): string
{
    $name = base64_encode(hash('sha256', $id, true));
    // the default key_prefix
    return $manager . ':' . rtrim(strtr($name, '+/', '-_'), '=');
}


// an object, so that {} stays {}
function decode(string $record): object
{
    return json_decode($record, false, 512, JSON_THROW_ON_ERROR);
}


function change(Memcached $client, string $key, int $created, string $name,
    string $value): void
{
    for ($try = 0; $try < TRIES; $try++) {
        $item = $client->get($key, null, Memcached::GET_EXTENDED);
        if ($item === false) {
            throw new Refused('no such session');
        }

        $session = decode($item['value']);
        $session->{$name} = $value;

        $left = $created + ABSOLUTE_TIMEOUT - time();
        $ttl = max(1, min(IDLE_TIMEOUT, $left));
        if ($client->cas($item['cas'], $key,
            json_encode($session, JSON_AS_NGINX), $ttl))
        {
            return;
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
    [$id, $created] = verify(read_secret($secret_file), $manager, $cookie);
    $key = record_key($manager, $id);

    [$host, $port] = explode(':', $address);
    $client = new Memcached();
    $client->setOption(Memcached::OPT_BINARY_PROTOCOL, false);
    // nginx does not read what this extension compresses
    $client->setOption(Memcached::OPT_COMPRESSION, false);
    $client->addServer($host, (int) $port);

    if ($pair) {
        change($client, $key, $created, ...$pair);
    }

    $record = $client->get($key);
    if ($record === false) {
        throw new Refused('no such session');
    }
    echo json_encode(decode($record), JSON_AS_NGINX), "\n";
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
