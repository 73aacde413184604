# Copyright (C) the ngx_http_session_module authors

"""What goes wrong, and when: all of it follows from a seed."""

import random
from dataclasses import dataclass

SERVERS = 3
NGINX = 2

# seconds between faults, until the first one, and of a server between two
PAUSE = 0.7
CALM = 1.0
REST = 0.5

# of a server's process, and of the connections of one nginx to it; how often,
# and for how long (s)
FAULTS = {
    "kill": (4, 0.3, 2.5),          # refuses connections, then is empty
    "restart": (3, 0.0, 0.0),       # is empty at once
    "stop": (3, 0.1, 1.5),          # SIGSTOP, SIGCONT
    "reset": (5, 0.0, 0.0),         # all connections
    "dead": (5, 0.5, 2.0),          # each at a command, after some replies
    "cut": (4, 0.5, 2.0),           # each after some bytes of replies
    "split": (4, 0.5, 3.0),         # into pieces of few bytes
    "delay": (4, 0.5, 2.0),         # below and above the timeout
    "silence": (3, 0.3, 2.0),       # nothing arrives, and then a reset
    "deaf": (3, 0.3, 1.5),          # commands arrive, and no reply does
    "reload": (3, 0.0, 0.0),        # of an nginx
}


@dataclass
class Fault:
    at: float
    kind: str
    server: int
    nginx: int
    seconds: float


def schedule(seed, seconds):
    """A list of Fault, in the order of their times."""
    rng = random.Random(seed)
    kinds = list(FAULTS)
    weights = [FAULTS[kind][0] for kind in kinds]
    free = [0.0] * SERVERS
    faults, at = [], CALM

    while True:
        at += rng.expovariate(1 / PAUSE)
        kind = rng.choices(kinds, weights)[0]
        _, low, high = FAULTS[kind]
        fault = Fault(at, kind, rng.randrange(SERVERS), rng.randrange(NGINX),
                      rng.uniform(low, high))

        if at + fault.seconds >= seconds:
            return faults

        if kind == "reload":
            faults.append(fault)

        elif free[fault.server] < at:
            free[fault.server] = at + fault.seconds + REST
            faults.append(fault)
