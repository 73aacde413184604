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

from pymemcache.client.base import Client

IDLE_TIMEOUT = 1800             # as in the session_manager block
ABSOLUTE_TIMEOUT = 12 * 3600
CLOCK_SKEW = 60
TRIES = 16                      # of a write, while others write too


class Refused(Exception):
    pass


def read_secret(path):
    with open(path, "rb") as file:
        data = file.read()
    # the newline that ends a text file does not belong to the secret
    text = re.fullmatch(rb"([\x20-\x7e]*)\r?\n?", data)
    return text[1] if text else data


def verify(secret, manager, cookie):
    """The session's id, and when the session began."""
    if not re.fullmatch("[A-Za-z0-9_-]{112}", cookie):
        raise Refused("not a session cookie")

    data = base64.urlsafe_b64decode(cookie)
    signed, mac = data[:52], data[52:]

    key_id = hmac.digest(secret, b"key id", "sha256")[:4]
    if signed[0] != 1 or signed[1:5] != key_id:
        raise Refused("another version, or signed with another secret")

    context = b"".join(struct.pack("B", len(part)) + part
                       for part in (manager.encode(), b"session cookie"))
    expected = hmac.digest(secret, context + signed, "sha256")
    if not hmac.compare_digest(mac, expected):
        raise Refused("forged")

    times = [int.from_bytes(signed[i:i + 5], "big") for i in (5, 10, 15)]
    created = times[0]
    if max(times) > time.time() + CLOCK_SKEW:
        raise Refused("from the future")
    if created + ABSOLUTE_TIMEOUT <= time.time():
        raise Refused("expired")

    return signed[20:52], created


def record_key(manager, session_id):
    digest = hashlib.sha256(session_id).digest()
    name = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return manager + ":" + name         # the default key_prefix


def change(client, key, created, name, value):
    for _ in range(TRIES):
        record, cas = client.gets(key)
        if record is None:
            raise Refused("no such session")

        session = json.loads(record)
        session[name] = value
        record = json.dumps(session, ensure_ascii=False).encode()

        left = int(created + ABSOLUTE_TIMEOUT - time.time())
        stored = client.cas(key, record, cas,
                            expire=max(1, min(IDLE_TIMEOUT, left)))
        if stored:
            return
        if stored is None:              # destroyed: it stays so
            raise Refused("no such session")

    raise Refused("too many others write")


def main(secret_file, manager, cookie, address, *pair):
    session_id, created = verify(read_secret(secret_file), manager, cookie)
    key = record_key(manager, session_id)
    client = Client(address, connect_timeout=2, timeout=2)

    if pair:
        change(client, key, created, *pair)

    record = client.get(key)
    if record is None:
        raise Refused("no such session")
    print(json.dumps(json.loads(record), ensure_ascii=False))


if __name__ == "__main__":
    if len(sys.argv) not in (5, 7):
        sys.exit(__doc__)
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        main(*sys.argv[1:])
    except Refused as reason:
        sys.exit("reader.py: %s" % reason)
