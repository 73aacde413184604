#!/usr/bin/python3
"""Reads a session of ngx_http_session_module, and sets a key of it.

    reader.py SECRET_FILE MANAGER COOKIE HOST:PORT [KEY VALUE]

prints the session as JSON.  docs/wire-format.md says what is done here.
"""

import base64
import hashlib
import hmac
import json
import re
import struct
import sys
import time
from typing import NamedTuple, Optional

from pymemcache.client.base import Client

# as in the session_manager block
IDLE_TIMEOUT = 1800
ABSOLUTE_TIMEOUT = 12 * 3600
SUBJECT = "user"
MAX_SESSIONS = 0                # 0: the block has none

CLOCK_SKEW = 60
TRIES = 16                      # of a write, while others write too
BOUND = 0x80000000              # client flag: the cookie tells whose it is


class Refused(Exception):
    pass


class Cookie(NamedTuple):
    id: bytes
    created: int
    subject: Optional[bytes]
    epoch: int


class Record(NamedTuple):
    session: dict
    flags: int
    cas: bytes
    moved: Optional[str]        # the name of the id that replaced this one
    how: Optional[str]          # whose session it was then


class WithFlags:
    """Values are pairs of bytes and client flags."""

    def serialize(self, key, value):
        return value

    def deserialize(self, key, value, flags):
        return value, flags


def read_secret(path):
    with open(path, "rb") as file:
        data = file.read()
    # the newline that ends a text file does not belong to the secret
    text = re.fullmatch(rb"([\x20-\x7e]*)\r?\n?", data)
    return text[1] if text else data


def mac_of(secret, manager, purpose, data):
    context = b"".join(struct.pack("B", len(part)) + part
                       for part in (manager.encode(), purpose))
    return hmac.digest(secret, context + data, "sha256")


def verify(secret, manager, cookie):
    """What a cookie says that nginx has signed."""
    if not re.fullmatch("[A-Za-z0-9_-]{112}|[A-Za-z0-9_-]{132}", cookie):
        raise Refused("not a session cookie")

    data = base64.urlsafe_b64decode(cookie)
    signed, mac = data[:-32], data[-32:]

    key_id = hmac.digest(secret, b"key id", "sha256")[:4]
    version = 1 if len(signed) == 52 else 2
    if signed[0] != version or signed[1:5] != key_id:
        raise Refused("another version, or signed with another secret")

    expected = mac_of(secret, manager, b"session cookie", signed)
    if not hmac.compare_digest(mac, expected):
        raise Refused("forged")

    times = [int.from_bytes(signed[i:i + 5], "big") for i in (5, 10, 15)]
    created = times[0]
    if max(times) > time.time() + CLOCK_SKEW:
        raise Refused("from the future")
    if created + ABSOLUTE_TIMEOUT <= time.time():
        raise Refused("expired")

    return Cookie(signed[20:52], created, signed[52:61] or None,
                  int.from_bytes(signed[61:], "big"))


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def load(client, key):
    item, cas = client.gets(key)
    if item is None:
        raise Refused("no such session")

    value, flags = item
    moved = re.match(rb"moved (\d+) (\S+) (same|login|left)\n", value)
    if moved is None:
        return Record(json.loads(value), flags, cas, None, None)

    # loads by nginx have extended its life in memcached
    if int(moved[1]) < int(time.time()):
        raise Refused("no such session")
    return Record(json.loads(value[moved.end():]), flags, cas,
                  moved[2].decode(), moved[3].decode())


def check_subject(client, prefix, cookie, record, names, hashed):
    """Refuses a session that was revoked."""
    subject = record.session.get(SUBJECT)
    if cookie.subject is None:
        if record.flags & BOUND and subject not in (None, False, ""):
            raise Refused("a cookie of before the login")
        return

    if not isinstance(subject, str) or hashed(subject) != cookie.subject:
        raise Refused("another subject's by now")

    item = client.get(prefix + "~" + base64url(cookie.subject))
    subject = item and re.fullmatch(rb"epoch (\d+)\n((?:\S+ \d+\n)*)",
                                    item[0])
    if not subject:
        raise Refused("nobody knows whether it was revoked")
    if int(subject[1]) != cookie.epoch:
        raise Refused("revoked")

    listed = [line.split()[0].decode() for line in subject[2].splitlines()]
    if MAX_SESSIONS and not set(names) & set(listed):
        raise Refused("ended by a newer one")


def change(client, prefix, name, created, pair):
    """Sets a key; returns the session as it was saved."""
    for _ in range(TRIES):
        record = load(client, prefix + name)
        if record.moved:                # changes go where the session went
            if record.how != "same":
                raise Refused("another subject's by now")
            name = record.moved
            continue

        record.session[pair[0]] = pair[1]
        value = json.dumps(record.session, ensure_ascii=False).encode()

        left = int(created + ABSOLUTE_TIMEOUT - time.time())
        stored = client.cas(prefix + name, (value, record.flags), record.cas,
                            expire=max(1, min(IDLE_TIMEOUT, left)))
        if stored:
            return record.session
        if stored is None:              # destroyed: it stays so
            raise Refused("no such session")

    raise Refused("too many others write")


def main(secret_file, manager, cookie, address, *pair):
    secret = read_secret(secret_file)
    cookie = verify(secret, manager, cookie)
    prefix = manager + ":"              # the default key_prefix
    name = base64url(hashlib.sha256(cookie.id).digest())
    client = Client(address, connect_timeout=2, timeout=2, serde=WithFlags())

    def hashed(subject):
        digest = hashlib.sha256(subject.encode()).digest()
        return mac_of(secret, manager, b"session subject", digest)[:9]

    record = load(client, prefix + name)
    names = [name]
    moved = record.moved                # where the session goes on, if it does
    while moved:
        names.append(moved)
        moved = load(client, prefix + moved).moved

    check_subject(client, prefix, cookie, record, names, hashed)

    session = record.session
    if pair:
        session = change(client, prefix, name, cookie.created, pair)
    print(json.dumps(session, ensure_ascii=False))


if __name__ == "__main__":
    if len(sys.argv) not in (5, 7):
        sys.exit(__doc__)
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        main(*sys.argv[1:])
    except Refused as reason:
        sys.exit("reader.py: %s" % reason)
