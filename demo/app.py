#!/usr/bin/python3
"""The demo application.

It keeps no session: nginx tells it in request headers (X-Session-...) what
the session holds, and it tells nginx in response headers (X-Session-Set,
X-Session-Incr, ...) what to change.  demo/nginx.conf.in says what nginx does
with them; the page shows its lines, which come on stdin.  The application
never sees a session cookie and never talks to memcached.
"""

import argparse
import asyncio
import os
import sys
import unicodedata
import urllib.parse

import tornado.ioloop
import tornado.log
import tornado.options
import tornado.web
import tornado.websocket

import conf

NAME_MAX = 40               # characters; what fits the page's first line
BODY_MAX = 16 * 1024        # bytes; the longest form sent has four short fields
TICK = 1000                 # ms, of the clock
ROLES = ("reader", "editor")
NEXT = ("/", "/account/", "/editors/")  # where a login may lead to, alone


def from_header(value):
    """Header fields are bytes; Tornado spells them as Latin-1."""
    return value.encode("latin-1").decode("utf-8", "replace")


def clean_name(name):
    """The name without blanks around it, or None if it is none."""
    name = name.strip()
    if not 1 <= len(name) <= NAME_MAX:
        return None
    if any(unicodedata.category(ch).startswith("C") for ch in name):
        return None
    return name


class Page(tornado.web.RequestHandler):

    def session(self, key):
        return from_header(self.request.headers.get("X-Session-" + key, ""))

    def change(self, what, value):
        self.add_header("X-Session-" + what, value)

    def show(self, **kwargs):
        told = [(name, from_header(value)) for name, value
                in sorted(self.request.headers.get_all())
                if name.startswith("X-Session-")]
        theme = self.session("Theme")
        page = {
            "user": self.session("User"),
            "role": self.session("Role"),
            "counter": self.session("Counter") or "0",
            "orders": self.session("Orders") or "0",
            "token": self.request.headers.get("X-CSRF-Token", ""),
            "theme": theme if theme in ("dark", "light") else "",
            "told": told,
            "nginx": self.application.lines.show,
            "next": "/",
            "error": None,
            "what": "home",
            "own": False,
        }
        page.update(kwargs)
        # templates escape every value: see page.html
        self.render("page.html", **page)


class Home(Page):

    def get(self):
        self.show()


class SignIn(Page):
    """In place of what is guarded: error_page 401."""

    def get(self):
        uri = self.request.headers.get("X-Original-URI", "/account/")
        self.show(next=uri if uri in NEXT else "/account/", what="guarded")


class NoRole(Page):
    """In place of /editors/: error_page 403."""

    def get(self):
        self.show(next="/editors/", what="no-role")


class Refused(Page):
    """In place of what session_csrf refuses: error_page 403."""

    def get(self):
        self.show(what="refused",
                  error=from_header(self.request.headers.get("X-Refused", "")))


class NotFound(Page):
    """error_page 404."""

    def get(self):
        self.show(what="not-found")


class Post(Page):
    """What is a POST: a GET of it leads home."""

    def get(self):
        self.redirect("/", status=303)


class Login(Post):

    def post(self):
        name = clean_name(self.get_body_argument("name", ""))
        role = self.get_body_argument("role", ROLES[0])
        target = self.get_body_argument("next", "/")
        if target not in NEXT:
            target = "/"
        if role not in ROLES:
            role = ROLES[0]
        if name is None:
            self.set_status(422)
            self.show(next=target,
                      error="Please give a name of 1 to %d printable "
                            "characters." % NAME_MAX)
            return
        self.change("Set", "user=" + urllib.parse.quote(name))
        self.change("Set", "role=" + role)
        self.change("Regenerate", "login")
        self.redirect(target, status=303)


class Counter(Post):

    def post(self):
        self.change("Incr", "counter")
        self.redirect("/#counter", status=303)


class Order(Post):

    def post(self):
        self.change("Incr", "orders")
        self.redirect("/#order", status=303)


class Clock(tornado.websocket.WebSocketHandler):

    def open(self):
        self.ticks = 0
        self.timer = tornado.ioloop.PeriodicCallback(self.tick, TICK)
        self.timer.start()
        self.tick()

    def tick(self):
        self.ticks += 1
        self.write_message(str(self.ticks))

    def on_close(self):
        self.timer.stop()


class Conf(Page):

    def get(self):
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(self.application.lines.text)


def application(text):
    app = tornado.web.Application(
        [
            ("/", Home),
            ("/sign-in", SignIn),
            ("/no-role", NoRole),
            ("/refused", Refused),
            ("/not-found", NotFound),
            ("/login", Login),
            ("/counter", Counter),
            ("/order", Order),
            ("/clock", Clock),
            ("/nginx.conf", Conf),
        ],
        template_path=os.path.dirname(os.path.abspath(__file__)))
    app.lines = conf.Lines(text)
    return app


async def serve(port, text):
    application(text).listen(port, "127.0.0.1", max_body_size=BODY_MAX)
    await asyncio.Event().wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    args = parser.parse_args()

    tornado.options.options.logging = "info"
    tornado.log.enable_pretty_logging()
    asyncio.run(serve(args.port, sys.stdin.read()))


if __name__ == "__main__":
    main()
