# Copyright (C) the ngx_http_session_module authors

"""usage: chaos.py SECONDS [SEED]

Two nginx and three memcacheds under 64 connections of users, while servers
die and links between them break.  Says as TAP whether what was acknowledged
was kept, and whether each request that failed had to.  The seed makes the same
faults at the same times again.  The environment says what is tested, as for
the tests: TEST_NGINX_BINARY, TEST_NGINX_MODULE, TEST_NGINX_LEAVE; CHAOS_WITH is
"eject" for servers that are left out while they are down.
"""

import asyncio
import os
import random
import re
import shutil
import sys
import tempfile
import time

sys.path.insert(1, os.path.join(os.path.dirname(__file__), "../tools"))

from browser import connections, users
from checker import Checker
from machines import Machines
from reasons import Reasons
from schedule import schedule
from tap import Tap

# s until all workers use all servers again, and cookies looked at in the end
HEALING = 3
SAMPLE = 1000


class Chaos:
    def __init__(self, folder, seed):
        self.seed = seed
        self.machines = Machines(folder, seed)
        self.events = []
        self.over = False

    async def run(self, faults):
        people = users()
        clients = [c for user in people for c in connections(self, user)]

        await self.machines.begin()
        tasks = [asyncio.create_task(c.live()) for c in clients]
        await self.suffer(faults)
        await asyncio.sleep(HEALING)
        self.over = True
        await asyncio.gather(*tasks)
        await self.look_back(clients)
        for user in people:
            user.spare.hang_up()

    async def suffer(self, faults):
        begun = time.monotonic()
        pending = []

        for fault in faults:
            await asyncio.sleep(begun + fault.at - time.monotonic())
            pending.append(asyncio.create_task(self.machines.suffer(fault)))

        await asyncio.gather(*pending)

    async def look_back(self, clients):
        """What each cookie opens in the end."""
        for client in clients:
            user = client.user
            client.rng.shuffle(user.old)
            few = user.old[:SAMPLE // len(clients)]
            for cookie in [user.cookie, *few]:
                if cookie is not None:
                    await client.ask("read", cookie)
            client.hang_up()


def show(checker, faults, machines):
    reasons = Reasons(checker, machines)
    kinds = sorted({fault.kind for fault in faults})
    print("# faults:", ", ".join(
        f"{kind} {sum(fault.kind == kind for fault in faults)}"
        for kind in kinds))
    print(f"# requests: {len(checker.events)}; failed: {reasons.failed}; had "
          f"to: {reasons.failed - len(reasons.none)} ("
          + ", ".join(f"{name}: {number}"
                      for name, number in reasons.count.items())
          + f"); broken connections: {reasons.breaks}; EXPIRED without the server: "
          f"{checker.empty}")

    tap = Tap()
    for what, name in (
            ("undone", "no end that was acknowledged is undone"),
            ("lost", "no change that was acknowledged is lost, "
             "whose server lived"),
            ("foreign", "no answer is another session's"),
            ("refused", "no 5xx where session_on_error is pass")):
        tap.none(checker.wrong[what], checker.looked[what], name)

    tap.none(reasons.none, len(checker.events),
             "no request fails that did not have to")

    log = machines.text("error.log") + machines.text("stderr")
    bad = re.findall(r".*(?:\[alert\]|\[emerg\]|Sanitizer|runtime error).*",
                     log)
    tap.none(bad, len(log), "no alerts")
    return tap.done()


def main():
    seconds = float(sys.argv[1])
    seed = sys.argv[2] if len(sys.argv) > 2 else str(
        random.SystemRandom().randrange(10 ** 6))
    os.environ.setdefault("TEST_NGINX_BINARY", "/usr/sbin/nginx")
    faults = schedule(seed, seconds)
    folder = tempfile.mkdtemp(prefix="ngx_session_chaos_")
    os.chmod(folder, 0o755)
    chaos = Chaos(folder, seed)

    print(f"# seed: {seed}")
    try:
        asyncio.run(chaos.run(faults))
    finally:
        chaos.machines.end()

    checker = Checker(chaos.events, chaos.machines.text("access.log"),
                      chaos.machines)
    checker.run()
    status = show(checker, faults, chaos.machines)

    if os.environ.get("TEST_NGINX_LEAVE"):
        print(f"# left: {folder}")
    else:
        shutil.rmtree(folder)
    return status


if __name__ == "__main__":
    sys.exit(main())
