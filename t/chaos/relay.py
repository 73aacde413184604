# Copyright (C) the ngx_http_session_module authors

"""A link between one nginx and one memcached, which breaks as it is told."""

import asyncio
import random
import socket
import struct

# bytes that are read at once, and of a piece of "split"
CHUNK = 65536
PIECE = 9

# seconds of "delay": the timeout of nginx.conf lies in between
DELAYS = (0.01, 0.6)

# bytes of replies until a connection is "cut"
CUT = 400


class Relay:
    def __init__(self, port, target, seed):
        self.port = port
        self.target = target
        self.rng = random.Random(seed)
        self.mode = None
        self.server = None
        self.pairs = set()

    async def open(self):
        self.server = await asyncio.start_server(
            self.accepted, "127.0.0.1", self.port, reuse_address=True)

    async def close(self):
        """Refuses connections, and resets those that there are."""
        self.server.close()
        self.reset()

    def reset(self):
        for writers in list(self.pairs):
            for writer in writers:
                abort(writer)

    async def accepted(self, reader, writer):
        try:
            there = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            abort(writer)
            return

        pair = (writer, there[1])
        self.pairs.add(pair)
        try:
            await asyncio.gather(self.copy(reader, there[1], False, pair),
                                 self.copy(there[0], writer, True, pair))
        except OSError:
            pass
        finally:
            self.pairs.discard(pair)
            abort(writer)
            abort(there[1])

    async def copy(self, reader, writer, reply, pair):
        left = self.rng.randrange(1, CUT)

        while data := await reader.read(CHUNK):
            mode = self.mode

            if writer.is_closing():
                break

            if mode == "silence" or (mode == "deaf" and reply):
                continue

            if mode == "cut" and reply:
                writer.write(data[:left])
                left -= len(data)
                if left <= 0:
                    break

            elif mode == "split":
                await self.split(data, writer)

            else:
                if mode == "delay":
                    await asyncio.sleep(self.rng.uniform(*DELAYS))
                writer.write(data)

        for side in pair:
            side.close() if mode_is_calm(self.mode) else abort(side)

    async def split(self, data, writer):
        pos = 0
        while pos < len(data) and not writer.is_closing():
            size = self.rng.randrange(1, PIECE)
            writer.write(data[pos:pos + size])
            pos += size
            await asyncio.sleep(0)


def mode_is_calm(mode):
    return mode is None or mode == "split"


def abort(writer):
    """Closes a connection by RST."""
    sock = writer.get_extra_info("socket")

    if sock is not None and sock.fileno() >= 0:
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            struct.pack("ii", 1, 0))
        except OSError:
            pass

    writer.transport.abort()
