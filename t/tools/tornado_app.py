#!/usr/bin/python3

# Copyright (C) the ngx_http_session_module authors

"""tornado_app.py PORT MEMCACHED... [--name=value]: an application for tests,
which keeps sessions by demo/tornado/sessions.py.

--cookie-secret TEXT, or VERSION:TEXT several times, the first one signs
--secret TEXT     the session manager's
--names A B       of the cookies
--always          saves after every request, as the second variant does
"""

import argparse
import asyncio
import datetime
import json
import os
import sys

import tornado.web

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "..", "demo", "tornado"))

import sessions  # noqa: E402

WHEN = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901)


class Owner:
    """Not plain data: a class of the application's own."""

    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return type(other) is Owner and other.name == self.name


# where unpickling looks for it
sys.modules["owners"] = sys.modules[__name__]
Owner.__module__ = "owners"

VALUES = {
    "text": "Zo\u00eb",
    "bytes": b"raw \xff",
    "control": b"a\nb",
    "int": 7,
    "big": 2 ** 70,
    "float": 0.1,
    "yes": True,
    "no": False,
    "none": None,
    "list": [1, "two", None, [True, 2.5]],
    "tuple": (1, (2,)),
    "dict": {"a": {"b": ["c", "d"]}, "n": 1},
    "when": WHEN,
    "owner": Owner("ada"),
}


class Handler(tornado.web.RequestHandler):

    def prepare(self):
        self.session = sessions.Session(self.application.manager, self)

    def finish(self, *args):
        if self.application.always and self.session is not None:
            self.session.save()
        return super().finish(*args)


class Login(Handler):

    def get(self):
        self.session["user_name"] = self.get_argument("user")
        self.session.save()


class Set(Handler):

    def get(self):
        self.session[self.get_argument("k")] = self.get_argument("v")
        self.session.save()


class Delete(Handler):

    def get(self):
        del self.session[self.get_argument("k")]
        self.session.save()


class Values(Handler):
    """All kinds of values; check says whether these are there still."""

    def get(self, action):
        if action == "put":
            self.session.update(VALUES)
            self.session.save()
            return
        self.write(json.dumps([k for k in VALUES
                               if repr(self.session.get(k)) != repr(VALUES[k])
                               and self.session.get(k) != VALUES[k]]))


class Dump(Handler):

    def get(self):
        self.write(json.dumps(self.session, default=repr, sort_keys=True))


class Slow(Handler):
    """Has read the session when it waits, and may save it after that."""

    async def get(self, action):
        self.application.told.clear()
        self.application.waiting.set()
        await self.application.told.wait()
        if action == "save":
            self.session["slow"] = "1"
            self.session.save()


class Slowness(Handler):
    """Tells when Slow waits; lets it go on."""

    def prepare(self):
        self.session = None

    async def get(self, action):
        if action == "begun":
            await self.application.waiting.wait()
            self.application.waiting.clear()
        else:
            self.application.told.set()


class Read(Handler):
    """Without looking at the session."""

    def prepare(self):
        self.session = None

    def get(self):
        self.write("read")


class Failing(Handler):
    """Sees the session, and fails as the original does where it cannot."""

    def get(self):
        self.write("%d keys" % len(self.session))


def application(args):
    secrets = [s.partition(":") for s in args.cookie_secret]
    settings = {"cookie_secret": secrets[0][0]}

    if secrets[0][1]:
        settings = {"cookie_secret": {int(v): s for v, _, s in secrets},
                    "key_version": int(secrets[0][0])}

    app = tornado.web.Application([
        ("/login", Login),
        ("/app/set", Set),
        ("/app/delete", Delete),
        ("/app/values/(put|check)", Values),
        ("/app/dump", Dump),
        ("/app/slow/(save|leave)", Slow),
        ("/app/slow/(begun|go)", Slowness),
        ("/app/read", Read),
        ("/app/count", Failing),
    ], **settings)
    app.always = args.always
    app.waiting = asyncio.Event()
    app.told = asyncio.Event()
    app.manager = sessions.SessionManager(
        args.secret, args.memcached, args.timeout, tuple(args.names),
        args.expires_days)

    return app


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("memcached", nargs="+")
    parser.add_argument("--cookie-secret", action="append", required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--names", nargs=2,
                        default=["session_id", "verification"])
    parser.add_argument("--timeout", type=int, default=3600)
    parser.add_argument("--expires-days", type=int, default=30)
    parser.add_argument("--always", action="store_true")
    args = parser.parse_args()

    async def serve():
        application(args).listen(args.port, "127.0.0.1")
        await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
