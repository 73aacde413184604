# Copyright (C) the ngx_http_session_module authors

"""When the machine did not let somebody run: timeouts mean nothing then."""

import asyncio
import time

BEAT = 0.05

# seconds of waiting that are worth to be told
STALL = 0.1


class Pulse:
    def __init__(self, count):
        self.stalls = [[] for _ in range(count)]    # (from, to), of each nginx
        self.waited = {}                            # of a process: s
        self.task = None

    def begin(self, masters):
        self.task = asyncio.create_task(self.beat(masters))

    async def beat(self, masters):
        last = time.monotonic()

        while True:
            await asyncio.sleep(BEAT)
            now = time.monotonic()

            # this program is the browsers and the links

            mine = now - last - BEAT > STALL

            for number, master in enumerate(masters):
                if self.has_waited(master) or mine:
                    self.stalls[number].append((last - STALL, now))

            last = now

    def has_waited(self, master):
        """Was a worker of this master ready to run, for long, and did not?"""
        found = False

        for pid in words(f"/proc/{master}/task/{master}/children"):
            numbers = words(f"/proc/{pid}/schedstat")
            if len(numbers) > 1:
                waited = int(numbers[1]) / 1e9
                found |= waited - self.waited.get(pid, waited) > STALL
                self.waited[pid] = waited

        return found


def words(path):
    try:
        with open(path) as file:
            return file.read().split()
    except OSError:
        return []
