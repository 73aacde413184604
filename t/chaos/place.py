# Copyright (C) the ngx_http_session_module authors

"""The server of a key, as libmemcached finds it with its default hash.

CHAOS_WITH=eject: "distribution consistent eject"; else "modula".
"""

import os
from bisect import bisect_left

from schedule import SERVERS

EJECT = os.environ.get("CHAOS_WITH") == "eject"

# of a server in the ring
POINTS = 100

_ring = []


def settle(ports):
    """Makes the ring: the texts of addresses are hashed."""
    _ring[:] = sorted(
        (value(f"127.0.0.1:{port}-{n}".encode()), server)
        for server, port in enumerate(ports) for n in range(POINTS))


def place(key):
    if not EJECT:
        return value(key) % SERVERS

    found = bisect_left(_ring, (value(key),))
    return _ring[found % len(_ring)][1]


def value(key):
    """Jenkins' one-at-a-time."""
    number = 0
    for byte in key:
        number = (number + byte) * 1025 & 0xffffffff
        number ^= number >> 6
    number = number * 9 & 0xffffffff
    number ^= number >> 11
    return number * 32769 % 2 ** 32
