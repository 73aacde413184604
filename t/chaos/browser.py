# Copyright (C) the ngx_http_session_module authors

"""Users, their browsers, and what happened to each request of theirs."""

import asyncio
import random
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from machines import MANAGERS, WRITERS
from place import place

USERS = 32

# seconds between the requests of a connection, and that one may take
THINK = 0.05
PATIENCE = 30

# what a connection does, and how often
DEEDS = {"read": 20, "need": 20, "write": 24, "pass": 8, "dead": 6, "move": 6,
         "login": 5, "logout": 2, "meet": 3, "revoke": 2, "leave": 2}

# requests in a row that failed until the user begins anew
FED_UP = 6


@dataclass
class Session:
    """One that began once, under whatever ids since."""
    manager: str
    owner: str
    user: str


@dataclass
class Cookie:
    session: Session
    text: str
    begun: float            # when the request began that got it
    got: float
    bound: bool             # has a subject
    key: bytes              # of the record, and its server
    server: int
    subject_key: bytes | None
    subject: int | None

    @staticmethod
    def read(session, text, begun, got):
        raw = urlsafe_b64decode(text)
        name = urlsafe_b64encode(sha256(raw[20:52]).digest()).rstrip(b"=")
        bound = raw[0] == 2
        prefix = session.manager.encode() + b":"
        key, subject_key, subject = prefix + name, None, None
        if bound:
            subject_key = prefix + b"~" + urlsafe_b64encode(raw[52:61])
            subject = place(subject_key)
        return Cookie(session, text, begun, got, bound, key, place(key),
                      subject_key, subject)


@dataclass
class Event:
    """A request, and what came of it."""
    number: str
    deed: str
    user: str
    session: Session
    cookie: Cookie | None
    begun: float
    key: int | None = None
    value: int | None = None
    ended: float = 0.0
    nginx: int | None = None                # that was asked
    idle: float = 0.0                       # since when its connection was
    status: int = 0                         # 0: there was no response
    seen: list = field(default_factory=list)        # status, owner, user, ...
    got: Cookie | None = None


class User:
    def __init__(self, name, manager):
        self.name = name
        self.manager = manager
        self.session = None
        self.cookie = None
        self.old = []               # cookies that were
        self.busy = set()           # deeds that others have to wait for
        self.sessions = 0
        self.failed = 0
        self.spare = None           # a connection for what happens at once

    def may(self, deed):
        """A logout may meet a new id; all else that changes ids is alone."""
        return not self.busy or (self.busy | {deed} == {"move", "logout"}
                                 and deed not in self.busy)

    def forget(self):
        if self.cookie is not None:
            self.old.append(self.cookie)
        self.session = self.cookie = None
        self.failed = 0


class Connection:
    """One of a browser's, to one nginx after another."""

    def __init__(self, chaos, user, number):
        self.chaos = chaos
        self.user = user
        self.number = number
        self.rng = random.Random(f"{chaos.seed} {user.name} {number}")
        self.streams = None
        self.nginx = None
        self.used = 0.0
        self.count = 0
        self.value = 0

    async def live(self):
        while not self.chaos.over:
            await asyncio.sleep(self.rng.expovariate(1 / THINK))
            await self.act()
        self.hang_up()

    async def act(self):
        user = self.user
        deed = self.rng.choices(list(DEEDS), DEEDS.values())[0]

        if user.session is None:
            if user.may("begin"):
                await self.alone("begin")
        elif deed == "leave" or user.failed > FED_UP:
            if not user.busy:
                user.forget()
        elif deed == "dead":
            if user.old:
                await self.ask("read", self.rng.choice(user.old))
        elif deed in ("write", "pass"):
            self.value += 1
            await self.ask(f"{deed[0]}{self.number}", user.cookie, self.number,
                           self.value)
        elif deed in ("read", "need"):
            await self.ask(deed, user.cookie)
        elif deed == "meet":
            if not user.busy:
                user.busy |= {"move", "logout"}
                await asyncio.gather(self.alone("move"),
                                     user.spare.alone("logout"))
        elif user.may(deed) and (deed != "revoke" or MANAGERS[user.manager]):
            await self.alone(deed)

    async def alone(self, deed):
        user = self.user
        user.busy.add(deed)
        try:
            if deed == "begin":
                user.sessions += 1
                user.session = Session(
                    user.manager, f"{user.name}.{user.sessions}", user.name)
            event = await self.ask(deed, user.cookie)
        finally:
            user.busy.discard(deed)

        if deed == "begin" and event.got is None:
            user.session = None
        if user.session is event.session and is_over(event):
            user.forget()

    async def ask(self, deed, cookie, key=None, value=None):
        """A request and its response, which are written down."""
        user = self.user
        session = cookie.session if cookie else user.session
        self.count += 1
        event = Event(f"{user.name}.{self.number}.{self.count}", deed,
                      user.name, session, cookie, time.monotonic(), key, value)
        self.chaos.events.append(event)
        arguments = f"o={session.owner}&u={user.name}&v={value}"
        text = (f"GET /{user.manager}/{deed}?{arguments} HTTP/1.1\r\n"
                f"Host: localhost\r\nX-Number: {event.number}\r\n")
        if cookie is not None:
            text += f"Cookie: sid={cookie.text}\r\n"

        try:
            head = await asyncio.wait_for(
                self.exchange(event, text + "\r\n"), PATIENCE)
        except (OSError, EOFError, asyncio.TimeoutError):
            self.hang_up()
            head = []

        event.ended = time.monotonic()
        self.told(event, head)
        return event

    def told(self, event, head):
        user = self.user
        sent = None

        for line in head:
            name, _, value = line.partition(": ")
            if line.startswith("HTTP/"):
                event.status = int(line.split()[1])
            elif name == "X-Session":
                event.seen = value.split("|")
            elif name == "Set-Cookie":
                sent = value.partition(";")[0].partition("=")[2]

        if sent:
            self.take(event, sent)

        mine = event.cookie is not None and event.cookie is user.cookie
        if mine and (event.status >= 500 or event.seen[:1] == ["ERROR"]):
            user.failed += 1
        elif mine:
            user.failed = 0
            if event.seen[:1] == ["EXPIRED"] and not user.busy:
                user.forget()

    def take(self, event, sent):
        user = self.user
        session = event.session

        # what has lost its subject's record is over, and a change begins anew

        if event.deed not in ("begin", "move", "login"):
            session = Session(user.manager, "", user.name)

        event.got = Cookie.read(session, sent, event.begun, event.ended)

        if user.session is event.session and (session is event.session
                                              or not user.busy):
            if user.cookie is not None:
                user.old.append(user.cookie)
            user.session, user.cookie = session, event.got
        else:
            user.old.append(event.got)

    async def exchange(self, event, text):
        if self.streams is None:
            ports = self.chaos.machines.http
            self.nginx = self.rng.randrange(len(ports))
            self.streams = await asyncio.open_connection(
                "127.0.0.1", ports[self.nginx])
            self.used = event.begun
        event.nginx, event.idle = self.nginx, self.used
        self.used = event.begun
        reader, writer = self.streams
        writer.write(text.encode())

        # since Python 3.12 a connection that is closed would end one of two
        # requests that are sent at once before the other begins
        await asyncio.sleep(0)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        for line in head:
            if line.lower().startswith("content-length: "):
                await reader.readexactly(int(line.split()[1]))
        if any(line == "Connection: close" for line in head):
            self.hang_up()
        return head

    def hang_up(self):
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


def is_over(event):
    """Ended; or its new id is unknown: a login would be a session of its own,
    beside the one that went on."""
    if event.deed in ("move", "login"):
        return event.got is None
    return event.deed in ("logout", "revoke") and event.status == 200


def users():
    managers = list(MANAGERS)
    return [User(f"u{n}", managers[n % len(managers)]) for n in range(USERS)]


def connections(chaos, user):
    user.spare = Connection(chaos, user, WRITERS)
    return [Connection(chaos, user, n) for n in range(WRITERS)]
