#!/usr/bin/python3

# Copyright (C) the ngx_http_session_module authors

# An application with pylibmc that ejects servers: t/store/eject.t.
#
# usage: eject.py HASH DISTRIBUTION PORTS WEIGHTS DEAD_TIMEOUT
#
# For each line of stdin, keys with spaces between: sets all of them, again
# where one fails, and prints "set".

import sys
import time

import pylibmc

HASH, DISTRIBUTION, PORTS, WEIGHTS, DEAD_TIMEOUT = sys.argv[1:]

VALUE = b'{"user":"Ada"}'
PATIENCE = 30       # s

BEHAVIORS = {
    "consistent": {"distribution": "consistent"},
    "ketama": {"ketama": True},
    "ketama_weighted": {"ketama_weighted": True},
}


def client():
    servers = ["127.0.0.1:%s:%s" % server
               for server in zip(PORTS.split(","), WEIGHTS.split(","))]

    behaviors = dict(BEHAVIORS[DISTRIBUTION], remove_failed=1, auto_eject=True,
                     failure_limit=1, retry_timeout=1,
                     dead_timeout=int(DEAD_TIMEOUT))

    if HASH != "default":
        behaviors["hash"] = HASH

    return pylibmc.Client(servers, behaviors=behaviors)


def set_key(memcached, key):
    end = time.monotonic() + PATIENCE

    while time.monotonic() < end:
        try:
            if memcached.set(key, VALUE):
                return
        except pylibmc.Error:
            pass

    sys.exit("%s cannot be set" % key)


MEMCACHED = client()

for line in sys.stdin:
    for name in line.split():
        set_key(MEMCACHED, name)

    print("set", flush=True)
