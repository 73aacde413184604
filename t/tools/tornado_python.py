#!/usr/bin/python3
# Copyright (C) the ngx_http_session_module authors

"""tornado_python.py TOOL: TAP; the cookies of TOOL against Tornado's own.

Values are signed by either and read by both, as they are, damaged, and
malformed under a good signature.  What Tornado takes and TOOL does not must
be on the list of differences (strict()).  Of base64 with more behind its
padding, which Tornado does not make, TOOL takes what Python 3.12 does.
"""

import base64
import hashlib
import hmac
import http.cookies
import logging
import random
import re
import string
import subprocess
import sys
import types

import tornado.httputil
import tornado.web

from tap import Tap

SEED = 20261123
ROUNDS = 2500
TIMEOUT = 120               # s
NOW = 1800000000
DAY = 86400
KEY_MAX = 250               # memcached
NAMES = ["session_id", "verification", "ssid", "verf", "a", "x" * 40]
PLAIN = ["s", "a secret", "k" * 200, "žluťoučký kůň", "e44697=="]
BASE64 = (string.ascii_letters + string.digits + "+/").encode()
DICTS = [{0: "zero", 1: "one", 7: "seven"}, {3: "three"},
         {4294967295: "last", 12: "s"}]


class Tool:
    """Commands are collected, then answered all at once."""

    def __init__(self, path):
        self.path, self.lines = path, []

    def ask(self, *words):
        self.lines.append(" ".join(
            str(w) if isinstance(w, int) or i == 0 else "." + w.hex()
            for i, w in enumerate(words)))

    def keys(self, secret, first=None):
        self.ask("clear")
        if isinstance(secret, dict):
            order = sorted(secret, key=lambda version: version != first)
            for version in order:
                self.ask("version", version, secret[version].encode())
            return 1 + len(order)
        self.ask("plain", secret.encode())
        return 2

    def run(self):
        data = "".join(line + "\n" for line in self.lines).encode()
        out = subprocess.run([self.path], input=data, stdout=subprocess.PIPE,
                             check=True, timeout=TIMEOUT).stdout.decode()
        answers = out.split("\n")[:-1]
        if len(answers) != len(self.lines):
            raise ValueError("not an answer for each command")
        self.lines = []
        return answers


def until_padding(data):
    """Base64 to where Python stops before 3.13, which goes on."""
    quad = pads = 0
    for i, byte in enumerate(data):
        if byte in BASE64:
            quad, pads = (quad + 1) % 4, 0
        elif byte == ord("=") and quad >= 2:
            pads += 1
            if quad + pads >= 4:
                return data[:i + 1]
    return data


if base64.b64decode(b"YQ==YQ==") != b"a":
    tornado.web.base64 = types.SimpleNamespace(
        b64encode=base64.b64encode,
        b64decode=lambda data: base64.b64decode(until_padding(data)))


def ok(*values):
    return " ".join(["ok"] + ["." + v.hex() for v in values])


def decode(secret, name, value, max_age):
    """The payload, or None; an exception is a refusal, by HTTP 500."""
    try:
        return tornado.web.decode_signed_value(
            secret, name, value, max_age_days=max_age // DAY,
            clock=lambda: NOW)
    except (ValueError, AssertionError):
        return None


def strict(value):
    """Is it one that Tornado itself would never write, refused here?

    A number with blanks, a sign or underscores, a length of ten digits.
    """
    digits = re.compile(rb"[0-9]+")
    if not value.startswith(b"2|"):
        parts = value.split(b"|")
        return len(parts) == 3 and not digits.fullmatch(parts[1])
    rest = value[2:]
    for n in range(4):
        length, _, rest = rest.partition(b":")
        if not digits.fullmatch(length) or len(length) > 9:
            return True
        field, rest = rest[:int(length)], rest[int(length) + 1:]
        if n < 2 and not digits.fullmatch(field):
            return True
    return False


def field(data):
    return b"%d:%s" % (len(data), data)


def secret_of(secret, version):
    if not isinstance(secret, dict):
        return secret.encode()
    return secret.get(version, "not in the ring").encode()


class Generator:
    def __init__(self):
        self.random = random.Random(SEED)

    def payload(self):
        r = self.random
        if r.random() < 0.5:
            return r.randbytes(32).hex().encode()
        return r.randbytes(r.choice((0, 1, 2, 3, 16, 64, 250, 251, 700)))

    def secret(self):
        r = self.random
        secret = r.choice(r.choice((PLAIN, DICTS)))
        version = r.choice(list(secret)) if isinstance(secret, dict) else None
        return secret, version

    def time(self, max_age):
        r = self.random
        return r.choice((NOW, NOW, NOW - max_age, NOW - max_age - 1,
                         NOW - max_age + 1, NOW + 31 * DAY,
                         NOW + 31 * DAY + 1, NOW + 10 ** 9, 0))

    def signed(self, secret, version, name, payload, time):
        form = 2 if version is not None else self.random.choice((1, 2))
        return tornado.web.create_signed_value(
            secret, name, payload, version=form, clock=lambda: time,
            key_version=version)

    def damaged(self, value):
        r = self.random
        data = bytearray(value)
        for _ in range(r.randrange(1, 4)):
            pos = r.randrange(len(data) + 1)
            op = r.randrange(5)
            if op == 0:
                data[pos:pos + r.randrange(1, 4)] = b""
            elif op == 1:
                data[pos:pos] = r.choice((b"|", b":", b"0", b"1", b"=", b"\n",
                                          b"\0", b"\xff", b" ", b"-", b"2|"))
            elif op == 2:
                data[pos:pos + 1] = bytes([r.randrange(256)])
            elif op == 3:
                del data[pos:]
            else:
                data[:] = data.swapcase()
        return bytes(data)

    def number(self, good):
        """A decimal, most often as it is meant."""
        r = self.random
        text = b"%d" % good
        if r.random() < 0.8:
            return text
        return r.choice((b"0" + text, b" " + text, text + b"\n", b"+" + text,
                         b"-" + text, text + b"x", b"", b"1_0",
                         b"99999999999999999999", b"0000000000" + text,
                         b"%d" % (good + 1), b"%d" % max(good - 1, 0)))

    def base64(self, payload):
        r = self.random
        text = bytearray(base64.b64encode(payload))
        for _ in range(r.choice((0, 0, 1, 1, 2, 3))):
            pos = r.randrange(len(text) + 1)
            if r.random() < 0.3:
                del text[pos:pos + 1]
            else:
                text[pos:pos] = r.choice((b"=", b"==", b"A", b"\n", b"-", b"_",
                                          b".", b"\x80", b" ", b"/", b"\0"))
        return bytes(text)

    def malformed(self, secret, version, name, time):
        """Signed as it stands, whatever it is."""
        r = self.random
        payload = self.base64(self.payload())
        name = r.choice((name,) * 9 + ("", name.upper(), "a|1:b"))
        key = r.choice((version or 0,) * 9 + (0, 5))
        secret = secret_of(secret, key)
        if version is None and r.random() < 0.4:
            time = self.number(time)
            parts = [payload, time, hmac.new(
                secret, name.encode() + payload + time, "sha1")
                .hexdigest().encode()]
            if r.random() < 0.1:
                parts.append(b"")
            return b"|".join(parts)
        value = r.choice((b"2",) * 20 + (b"1", b"02", b"3", b"999", b"1000",
                                         b"20"))
        fields = (self.number(key), self.number(time), name.encode(), payload)
        for data in fields:
            value += b"|" + r.choice((
                field(data), self.number(len(data)) + b":" + data))
        value += r.choice((b"|",) * 10 + (b"", b"||", b"|0:|"))
        return value + hmac.new(secret, value, "sha256").hexdigest().encode()


def values(tap, tool, kind, make):
    """make(generator, secret, version, name, time) is read by both."""
    generator, rows = Generator(), []
    for _ in range(ROUNDS):
        secret, version = generator.secret()
        name = generator.random.choice(NAMES)
        max_age = generator.random.choice((1, 31, 365)) * DAY
        value = make(generator, secret, version, name,
                     generator.time(max_age))
        asked = tool.keys(secret, version)
        tool.ask("verify", name.encode(), value, NOW, max_age)
        rows.append((asked, value, decode(secret, name, value, max_age)))
    answers, wrong, accepted, stricter = iter(tool.run()), [], 0, 0
    for asked, value, payload in rows:
        answer = [next(answers) for _ in range(asked + 1)][-1]
        accepted += payload is not None
        if payload is not None and answer.startswith("no") and strict(value):
            stricter += 1
        elif payload is None and not answer.startswith("no") \
                or payload is not None and answer != ok(payload):
            wrong.append((value, payload, answer))
    tap.none(wrong, accepted, f"{kind}: the same are accepted")
    tap.none([accepted] if len(rows) - accepted < 100 else [], len(rows),
             f"{kind}: and the same refused")
    return stricter


def written(tap, tool):
    generator, rows = Generator(), []
    for _ in range(ROUNDS):
        secret, version = generator.secret()
        name, payload = generator.random.choice(NAMES), generator.payload()
        rows.append((tool.keys(secret, version),
                     tornado.web.create_signed_value(
                         secret, name, payload, clock=lambda: NOW,
                         key_version=version)))
        tool.ask("sign", name.encode(), payload, NOW)
    answers = iter(tool.run())
    wrong = [(value, answer) for asked, value in rows for answer in
             [[next(answers) for _ in range(asked + 1)][-1]]
             if answer != ok(value)]
    tap.none(wrong, len(rows), "what is signed is what Tornado signs")


def quoting(tap, tool):
    generator, rows = Generator(), []
    r = generator.random
    for n in range(ROUNDS):
        size = r.randrange(12)
        text = "".join(r.choices('a7\\\\\\"" ;,=|:01234\n\r\0\x7f\xff~', k=size))
        raw = r.choice(('"%s"', '"%s"', '"%s"', "%s", '"%s')) % text
        text += chr(n) if n < 256 else ""
        tool.ask("quote", text.encode("latin-1"))
        tool.ask("unquote", raw.encode("latin-1"))
        rows += [(text, http.cookies._quote(text)),
                 (raw, http.cookies._unquote(raw))]
    wrong = [(row, answer) for row, answer in zip(rows, tool.run())
             if answer != ok(row[1].encode("latin-1"))]
    tap.none(wrong, len(rows), "quotes as Python's http.cookies has them")


def read(header, secret, session_secret):
    """What tornado-memcached-sessions does with a Cookie field."""
    cookies = tornado.httputil.parse_cookie(header)
    session_id = decode(secret, "session_id", cookies.get("session_id"),
                        31 * DAY)
    verification = decode(secret, "verification",
                          cookies.get("verification"), 31 * DAY)
    if not session_id or len(session_id) > KEY_MAX \
            or any(ch <= 0x20 or ch == 0x7F for ch in session_id):
        return None
    expected = hmac.new(session_id, session_secret, "sha256").hexdigest()
    return session_id if verification == expected.encode() else None


def headers(tap, tool):
    """Cookie fields with cookies of one name, quoted and not.

    All in ASCII: Tornado takes a field as Latin-1 and a value as its UTF-8,
    but nothing that it signs under such a name has another byte.
    """
    generator, rows = Generator(), []
    r, secret, session_secret = generator.random, PLAIN[1], b"another"
    ids = [hashlib.sha256(b"%d" % n).hexdigest().encode() for n in range(2)]
    ids += [b"i", b"i" * KEY_MAX, b"i" * (KEY_MAX + 1), b"", b"i i", b"i\x7f"]
    good = []
    for session_id in ids:
        pair = hmac.new(session_id or b"\0", session_secret,
                        "sha256").hexdigest()
        swapped = hmac.new(session_secret, session_id, "sha256").hexdigest()
        for name, payload in (("session_id", session_id),
                              ("verification", pair),
                              ("verification", swapped)):
            value = tornado.web.create_signed_value(
                secret, name, payload, version=r.choice((1, 2)),
                clock=lambda: NOW).decode()
            good.append((name, value))
    tool.keys(secret)
    tool.ask("session", session_secret, b"session_id", b"verification",
             31 * DAY)
    for _ in range(2 * ROUNDS):
        first = 3 * r.randrange(len(ids))
        chosen = [good[first], good[first + 1]]
        chosen += r.choices(good, k=r.choice((0, 0, 1, 2)))
        r.shuffle(chosen)
        parts = []
        for name, value in chosen:
            value = r.choice((http.cookies._quote(value), value,
                              f'"{value}"', f'"\\{value}"', '""'
                              if r.random() < 0.2 else f'"{value}"'))
            parts.append(f"{name}={value}")
            if r.random() < 0.2:
                parts.append(r.choice(("", "x", "=", "session_idx=y",
                                       " session_id = z ", "verification=")))
        header = r.choice(("; ", ";", " ;\t")).join(parts)
        tool.ask("read", header.encode(), NOW)
        rows.append((header, read(header, secret, session_secret)))
    answers = tool.run()[-len(rows):]
    wrong = [(header, session_id, answer) for (header, session_id), answer
             in zip(rows, answers) if (answer != ok(session_id) if session_id
                                       else answer.startswith("ok"))]
    tap.none(wrong, sum(row[1] is not None for row in rows),
             "Cookie fields: the same sessions")
    tap.none([], sum(row[1] is None for row in rows),
             "Cookie fields: and the same refused")


def main():
    logging.disable(logging.CRITICAL)
    tap, tool = Tap(), Tool(sys.argv[1])
    stricter = values(tap, tool, "signed", lambda g, s, v, n, t: g.signed(
        s, v, n, g.payload(), t))
    tap.none([stricter] if stricter else [], 1, "signed: none is different")
    values(tap, tool, "damaged", lambda g, s, v, n, t: g.damaged(g.signed(
        s, v, n, g.payload(), t)) if g.random.random() < 0.8 else g.signed(
            s, v, n, g.payload(), t))
    stricter = values(tap, tool, "malformed", Generator.malformed)
    tap.none([], stricter, "malformed: blanks, signs, underscores, and lengths"
             " of ten digits are refused, Tornado reads them")
    written(tap, tool)
    quoting(tap, tool)
    headers(tap, tool)
    return tap.done()


sys.exit(main())
