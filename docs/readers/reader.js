#!/usr/bin/env node

// Reads a session of ngx_http_session_module, and sets a key of it.
//
//     reader.js SECRET_FILE MANAGER COOKIE HOST:PORT [KEY VALUE]
//
// prints the session as JSON.  docs/wire-format.md says what is done here.
// It needs no package: memcached's meta protocol is a few lines.

"use strict";

const crypto = require("crypto");
const fs = require("fs");
const net = require("net");

const IDLE_TIMEOUT = 1800;              // as in the session_manager block
const ABSOLUTE_TIMEOUT = 12 * 3600;
const CLOCK_SKEW = 60;
const TRIES = 16;                       // of a write, while others write too
const SOCKET_TIMEOUT = 2000;            // ms


class Refused extends Error {
}


function readSecret(path) {
    const data = fs.readFileSync(path);

    // the newline that ends a text file does not belong to the secret
    const text = /^([\x20-\x7e]*)\r?\n?$/.exec(data.toString("latin1"));
    return text ? Buffer.from(text[1], "latin1") : data;
}


function hmac(secret, ...parts) {
    const mac = crypto.createHmac("sha256", secret);
    parts.forEach((part) => mac.update(part));
    return mac.digest();
}


// the session's id, and when the session began
function verify(secret, manager, cookie) {
    if (!/^[A-Za-z0-9_-]{112}$/.test(cookie)) {
        throw new Refused("not a session cookie");
    }

    const data = Buffer.from(cookie, "base64url");
    const signed = data.subarray(0, 52);

    const keyId = hmac(secret, "key id").subarray(0, 4);
    if (signed[0] !== 1 || !signed.subarray(1, 5).equals(keyId)) {
        throw new Refused("another version, or signed with another secret");
    }

    const context = [manager, "session cookie"].map((part) =>
        Buffer.concat([Buffer.from([Buffer.byteLength(part)]),
            Buffer.from(part)]));
    const expected = hmac(secret, ...context, signed);
    if (!crypto.timingSafeEqual(data.subarray(52), expected)) {
        throw new Refused("forged");
    }

    const times = [5, 10, 15].map((offset) => signed.readUIntBE(offset, 5));
    const created = times[0];
    const now = Date.now() / 1000;
    if (Math.max(...times) > now + CLOCK_SKEW) {
        throw new Refused("from the future");
    }
    if (created + ABSOLUTE_TIMEOUT <= now) {
        throw new Refused("expired");
    }

    return { id: signed.subarray(20, 52), created };
}


function recordKey(manager, id) {
    const name = crypto.createHash("sha256").update(id).digest("base64url");
    return `${manager}:${name}`;        // the default key_prefix
}


class Memcached {

    constructor(address) {
        const [host, port] = address.split(":");
        this.input = Buffer.alloc(0);
        this.waiting = null;
        this.socket = net.connect({ host, port: Number(port) });
        this.socket.setTimeout(SOCKET_TIMEOUT,
            () => this.socket.destroy(new Refused("memcached: timed out")));
        this.socket.on("error", (error) => this.fail(error));
        this.socket.on("close", () => this.fail(new Refused("closed")));
        this.socket.on("data", (bytes) => {
            this.input = Buffer.concat([this.input, bytes]);
            this.parse();
        });
    }

    // one command at a time: its status, flags ({c: "12"}) and value
    command(line, value) {
        return new Promise((resolve, reject) => {
            this.waiting = { resolve, reject };
            this.socket.write(`${line}\r\n`);
            if (value) {
                this.socket.write(Buffer.concat([value, Buffer.from("\r\n")]));
            }
        });
    }

    parse() {
        const end = this.input.indexOf("\r\n");
        if (end < 0 || !this.waiting) {
            return;
        }

        const words = this.input.toString("latin1", 0, end).split(" ");
        const size = words[0] === "VA" ? Number(words[1]) : 0;
        const next = end + 2 + (words[0] === "VA" ? size + 2 : 0);
        if (this.input.length < next) {
            return;
        }

        const value = this.input.subarray(end + 2, end + 2 + size);
        const flags = {};
        words.slice(1).forEach((word) => {
            flags[word[0]] = word.slice(1);
        });
        this.input = this.input.subarray(next);
        const { resolve } = this.waiting;
        this.waiting = null;
        resolve({ status: words[0], flags, value });
    }

    fail(error) {
        if (this.waiting) {
            this.waiting.reject(error);
            this.waiting = null;
        }
    }

    close() {
        this.socket.destroy();
    }
}


async function get(client, key) {
    const reply = await client.command(`mg ${key} v c`);
    if (reply.status === "EN") {
        throw new Refused("no such session");
    }
    if (reply.status !== "VA") {
        throw new Refused(`memcached: ${reply.status}`);
    }
    return { session: JSON.parse(reply.value), cas: reply.flags.c };
}


async function change(client, key, created, name, value) {
    for (let i = 0; i < TRIES; i++) {
        const { session, cas } = await get(client, key);

        session[name] = value;
        const record = Buffer.from(JSON.stringify(session));

        const left = Math.floor(created + ABSOLUTE_TIMEOUT - Date.now() / 1000);
        const ttl = Math.max(1, Math.min(IDLE_TIMEOUT, left));
        const reply = await client.command(
            `ms ${key} ${record.length} C${cas} T${ttl} F0`, record);
        if (reply.status === "HD") {
            return;
        }

        // also NF, when it was destroyed meanwhile: it stays so
        if (reply.status !== "EX") {
            throw new Refused(`memcached: ${reply.status}`);
        }
    }

    throw new Refused("too many others write");
}


async function main(secretFile, manager, cookie, address, ...pair) {
    const { id, created } = verify(readSecret(secretFile), manager, cookie);
    const key = recordKey(manager, id);
    const client = new Memcached(address);

    try {
        if (pair.length) {
            await change(client, key, created, ...pair);
        }

        const { session } = await get(client, key);
        console.log(JSON.stringify(session));

    } finally {
        client.close();
    }
}


if (![6, 8].includes(process.argv.length)) {
    console.error("reader.js SECRET_FILE MANAGER COOKIE HOST:PORT [KEY VALUE]");
    process.exit(1);
}

main(...process.argv.slice(2)).catch((error) => {
    console.error(`reader.js: ${error.message}`);
    process.exitCode = 1;
});
