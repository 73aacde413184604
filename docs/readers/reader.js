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

// as in the session_manager block
const IDLE_TIMEOUT = 1800;
const ABSOLUTE_TIMEOUT = 12 * 3600;
const SUBJECT = "user";
const MAX_SESSIONS = 0;                 // 0: the block has none

const CLOCK_SKEW = 60;
const TRIES = 16;                       // of a write, while others write too
const BOUND = 0x80000000;               // client flag: the cookie tells whose
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


function macOf(secret, manager, purpose, data) {
    const context = [manager, purpose].map((part) =>
        Buffer.concat([Buffer.from([Buffer.byteLength(part)]),
            Buffer.from(part)]));
    return hmac(secret, ...context, data);
}


// what a cookie says that nginx has signed
function verify(secret, manager, cookie) {
    if (!/^([A-Za-z0-9_-]{112}|[A-Za-z0-9_-]{132})$/.test(cookie)) {
        throw new Refused("not a session cookie");
    }

    const data = Buffer.from(cookie, "base64url");
    const signed = data.subarray(0, -32);
    const version = signed.length === 52 ? 1 : 2;

    const keyId = hmac(secret, "key id").subarray(0, 4);
    if (signed[0] !== version || !signed.subarray(1, 5).equals(keyId)) {
        throw new Refused("another version, or signed with another secret");
    }

    const expected = macOf(secret, manager, "session cookie", signed);
    if (!crypto.timingSafeEqual(data.subarray(-32), expected)) {
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

    return {
        id: signed.subarray(20, 52),
        created,
        subject: version === 2 ? signed.subarray(52, 61) : null,
        epoch: version === 2 ? signed.readUIntBE(61, 6) : 0,
    };
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
    const reply = await client.command(`mg ${key} v c f`);
    if (!["VA", "EN"].includes(reply.status)) {
        throw new Refused(`memcached: ${reply.status}`);
    }
    return reply.status === "VA" ? reply : null;
}


async function load(client, key) {
    const item = await get(client, key);
    if (item === null) {
        throw new Refused("no such session");
    }

    const { c: cas, f: flags } = item.flags;
    let { value } = item;
    let next = null;                    // the name of the id that replaced it
    let how = null;

    const moved = /^moved (\d+) (\S+) (same|login|left)\n/.exec(
        value.toString("latin1"));
    if (moved) {
        // loads by nginx have extended its life in memcached
        if (Number(moved[1]) < Math.floor(Date.now() / 1000)) {
            throw new Refused("no such session");
        }
        [, , next, how] = moved;
        value = value.subarray(moved[0].length);
    }

    return { session: JSON.parse(value), flags: Number(flags), cas, next, how };
}


// refuses a session that was revoked
async function checkSubject(client, prefix, cookie, record, names, hashed) {
    const whose = record.session[SUBJECT];
    if (cookie.subject === null) {
        if (record.flags & BOUND
            && ![undefined, null, false, ""].includes(whose)) {
            throw new Refused("a cookie of before the login");
        }
        return;
    }

    if (typeof whose !== "string" || !hashed(whose).equals(cookie.subject)) {
        throw new Refused("another subject's by now");
    }

    const key = `${prefix}~${cookie.subject.toString("base64url")}`;
    const item = await get(client, key);
    const subject = item && /^epoch (\d+)\n((?:\S+ \d+\n)*)$/.exec(
        item.value.toString("latin1"));
    if (!subject) {
        throw new Refused("nobody knows whether it was revoked");
    }
    if (Number(subject[1]) !== cookie.epoch) {
        throw new Refused("revoked");
    }

    const listed = subject[2].split("\n").map((line) => line.split(" ")[0]);
    if (MAX_SESSIONS && !names.some((name) => listed.includes(name))) {
        throw new Refused("ended by a newer one");
    }
}


// sets a key; returns the session as it was saved
async function change(client, prefix, first, created, [key, value]) {
    let name = first;

    for (let i = 0; i < TRIES; i++) {
        const record = await load(client, prefix + name);
        if (record.next) {              // changes go where the session went
            if (record.how !== "same") {
                throw new Refused("another subject's by now");
            }
            name = record.next;
            continue;
        }

        record.session[key] = value;
        const text = Buffer.from(JSON.stringify(record.session));

        const left = Math.floor(created + ABSOLUTE_TIMEOUT - Date.now() / 1000);
        const ttl = Math.max(1, Math.min(IDLE_TIMEOUT, left));
        const reply = await client.command(`ms ${prefix}${name} ${text.length}`
            + ` C${record.cas} T${ttl} F${record.flags}`, text);
        if (reply.status === "HD") {
            return record.session;
        }

        // also NF, when it was destroyed meanwhile: it stays so
        if (reply.status !== "EX") {
            throw new Refused(`memcached: ${reply.status}`);
        }
    }

    throw new Refused("too many others write");
}


async function main(secretFile, manager, value, address, ...pair) {
    const secret = readSecret(secretFile);
    const cookie = verify(secret, manager, value);
    const prefix = `${manager}:`;       // the default key_prefix
    const name = crypto.createHash("sha256").update(cookie.id)
        .digest("base64url");
    const client = new Memcached(address);

    try {
        const record = await load(client, prefix + name);
        const names = [name];
        let { next } = record;          // where the session goes on, if it does
        while (next) {
            names.push(next);
            ({ next } = await load(client, prefix + next));
        }

        await checkSubject(client, prefix, cookie, record, names, (subject) =>
            macOf(secret, manager, "session subject",
                crypto.createHash("sha256").update(subject).digest())
                .subarray(0, 9));

        const session = pair.length
            ? await change(client, prefix, name, cookie.created, pair)
            : record.session;
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
