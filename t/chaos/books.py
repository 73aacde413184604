# Copyright (C) the ngx_http_session_module authors

"""The commands that a connection to memcached has carried, and their replies.

src/store/memcached/ngx_session_mc_restart.h says what begins once more when a
connection fails.  What is left are the losses that a break has to cost.
"""

from collections import deque
from dataclasses import dataclass

# whose reply says nothing of the next one's; a touch is half an operation
GREETINGS = (b"version", b"mn", b"touch")

# those that fail when they are sent once more, and the record has another
# version: by the first one, or by somebody else
WRITES = (b"ms", b"md", b"set", b"cas", b"add", b"delete")

# where the length of a command's block is, that has one
BLOCKS = {b"ms": 2, b"set": 4, b"cas": 4, b"add": 4}
VALUES = {b"VA": 1, b"VALUE": 3}

# s until nginx has certainly read what was passed on to it
READING = 0.1


@dataclass
class Command:
    verb: bytes
    key: bytes
    added: bool
    asked: float
    passed: float = 0.0


@dataclass
class Loss:
    """A command whose reply was unknown when its connection broke."""
    at: float
    key: bytes
    added: bool             # whoever wanted it takes another key, once
    again: float | None     # lost only if it was sent before this connection
                            # began, which was then
    used: bool = False


class Frames:
    """Lines, each with the block that it announces."""

    def __init__(self, blocks, take):
        self.blocks = blocks
        self.take = take
        self.rest = b""

    def feed(self, data, now):
        self.rest += data

        while (line := self.rest.find(b"\r\n")) >= 0:
            words = self.rest[:line].split()
            end = line + 2
            if words and words[0] in self.blocks:
                end += int(words[self.blocks[words[0]]]) + 2
            if len(self.rest) < end:
                break
            self.rest = self.rest[end:]
            self.take(words, now)


class Books:
    def __init__(self, now):
        self.begun = now
        self.proven = 0             # replies, but for those of greetings
        self.commands = Frames(BLOCKS, self.asked)
        self.replies = Frames(VALUES, self.answered)
        self.waiting = deque()
        self.read = deque()         # those that were answered just now
        self.within = False         # a part of a reply was passed on

    def asked(self, words, now):
        key = words[1] if len(words) > 1 else b""
        self.waiting.append(Command(
            words[0], key, words[0] == b"add" or b"ME" in words, now))

    def answered(self, words, now):
        if words[0] == b"VALUE" or not self.waiting:
            self.within = True
            return

        command = self.waiting.popleft()
        command.passed = now
        self.read.append(command)
        while self.read[0].passed < now - READING:
            self.read.popleft()

        # the two are one operation

        self.within = command.verb == b"touch"

        if command.verb not in GREETINGS:
            self.proven += 1

    def losses(self, now):
        """Of a break at that time, which some commands have met since."""
        losses = [loss(command, now, None) for command in self.read
                  if command.verb in WRITES
                  and command.passed >= now - READING]

        partial = self.within or self.replies.rest

        for command in self.waiting:
            sure = partial or command.verb in WRITES
            losses.append(loss(command, now, None if sure else self.begun))
            partial = False

        return losses


def loss(command, now, again):
    return Loss(max(now, command.asked), command.key, command.added, again)
