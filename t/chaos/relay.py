# Copyright (C) the ngx_http_session_module authors

"""A link between one nginx and one memcached, which breaks as it is told, and
tells afterwards what that has cost."""

import asyncio
import os
import random
import socket
import struct
import time

from books import Books

# bytes that are read at once, and of a piece of "split"
CHUNK = 65536
PIECE = 9

# seconds of "delay": the timeout of nginx.conf lies in between
DELAYS = (0.01, 0.6)

# bytes of replies until a connection is "cut"
CUT = 400

# replies until a connection is "dead"
LIFE = (5, 30)

# s until a worker uses a server again that was down: it asks once a second
RECOVERY = 1.5

# s that a reply takes which excuses nobody: the timeout of nginx.conf, but for
# what is not seen of the way
LATE = 0.25


class Relay:
    def __init__(self, port, target, seed):
        self.port = port
        self.target = target
        self.rng = random.Random(seed)
        self.mode = None
        self.server = None
        self.pairs = set()
        self.ill = []           # (from, to): refused, or replies were late
        self.breaks = []        # times
        self.losses = []

    async def open(self):
        self.server = await asyncio.get_running_loop().create_server(
            lambda: Near(self), "127.0.0.1", self.port, reuse_address=True)

    async def close(self):
        """Refuses connections, and resets those that there are."""
        self.server.close()
        self.reset()

    def reset(self):
        for near in list(self.pairs):
            near.snap()

    def was_ill(self, event, more):
        return overlaps(event, self.ill, more)


def overlaps(event, times, more):
    """Was it under way at one of these times, or so many seconds later?"""
    return any(begun <= event.ended and event.begun <= ended + more
               for begun, ended in times)


class Side(asyncio.Protocol):
    """Half of a connection: what arrives goes, in order, to the other."""

    def __init__(self, near):
        self.near = near
        self.queue = asyncio.Queue()
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.queue.put_nowait(data)

    def connection_lost(self, exc):
        self.near.lost(self)


class Near(Side):
    """The half that nginx has; it keeps the books."""

    def __init__(self, relay):
        super().__init__(self)
        self.relay = relay
        self.far = Side(self)
        self.books = Books(time.monotonic())
        self.left = relay.rng.randrange(1, CUT)
        self.life = relay.rng.randrange(*LIFE)
        self.over = False
        self.snapped = None         # when
        self.tasks = []
        self.replies = []

    def connection_made(self, transport):
        super().connection_made(transport)
        self.relay.pairs.add(self)
        self.tasks.append(asyncio.create_task(self.live()))

    def data_received(self, data):
        books = self.books
        books.commands.feed(data, time.monotonic())
        if self.relay.mode == "dead" and books.proven >= self.life:
            self.snap()
        else:
            super().data_received(data)

    async def live(self):
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: self.far, "127.0.0.1", self.relay.target)
        except OSError:
            self.snap()
            return

        self.tasks.append(asyncio.create_task(
            self.copy(self, self.far, False)))
        if not self.over:
            self.replies.append(asyncio.create_task(
                self.copy(self.far, self, True)))

    async def copy(self, side, other, reply):
        relay = self.relay

        while True:
            data = await side.queue.get()
            mode = relay.mode

            if data is None:
                other.transport.close()
                return

            if mode == "silence" or (mode == "deaf" and reply):
                continue

            if mode == "cut" and reply:
                self.write(other, data[:self.left])
                self.left -= len(data)
                if self.left <= 0:
                    self.snap()

            elif mode == "split":
                await self.split(data, other)

            else:
                if mode == "delay":
                    await asyncio.sleep(relay.rng.uniform(*DELAYS))
                self.write(other, data)

    async def split(self, data, other):
        pos = 0
        while pos < len(data):
            size = self.relay.rng.randrange(1, PIECE)
            self.write(other, data[pos:pos + size])
            pos += size
            await asyncio.sleep(0)

    def write(self, other, data):
        if other is self:
            now = time.monotonic()
            oldest = self.oldest()
            self.books.replies.feed(data, now)
            self.late(oldest, now)

        other.transport.write(data)

    # its end

    def lost(self, side):
        """One side has closed it.  What nginx has sent goes its way."""
        if side is self and self.snapped:
            self.drain()
            self.relay.losses += self.books.losses(self.snapped)
        elif side is self.far:
            self.snap()
        elif not self.over:
            self.end()
            self.queue.put_nowait(None)
            for task in self.replies:
                task.cancel()

    def snap(self):
        """Breaks it; what that costs is written down when it is closed."""
        if self.over:
            return

        self.snapped = now = time.monotonic()
        self.relay.breaks.append(now)

        # one that was not proven good takes the server down

        if not self.books.proven:
            self.relay.ill.append((now, now))

        self.end()
        for task in self.tasks + self.replies:
            task.cancel()
        for side in (self, self.far):
            if side.transport is not None:
                abort(side.transport)

    def drain(self):
        """What nginx has sent, though nobody has read it, until this very
        moment: the socket is closed next."""
        try:
            while data := os.read(self.transport.get_extra_info(
                    "socket").fileno(), CHUNK):
                self.books.commands.feed(data, time.monotonic())
        except OSError:
            pass

    def end(self):
        self.over = True
        self.late(self.oldest(), time.monotonic())
        self.relay.pairs.discard(self)

    # how long it takes

    def oldest(self):
        """When the command was sent that has waited for longest."""
        waiting = self.books.waiting
        return waiting[0].asked if waiting else None

    def late(self, asked, now):
        if asked is not None and now - asked > LATE:
            self.relay.ill.append((asked + LATE, now))


def abort(transport):
    """Closes a connection by RST."""
    sock = transport.get_extra_info("socket")

    if sock is not None and sock.fileno() >= 0:
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            struct.pack("ii", 1, 0))
        except OSError:
            pass

    transport.abort()
