#!/usr/bin/python3
"""The demo application.

It keeps no session: nginx tells it in request headers (X-Session-...) what
the session holds, and it tells nginx in response headers (X-Login-User,
X-Counter) what to put there.  demo/nginx.conf.in says what nginx does with
them.  It never sees a session cookie and never talks to memcached.
"""

import argparse
import asyncio
import os
import unicodedata

import tornado.log
import tornado.options
import tornado.web

NAME_MAX = 40               # characters; what fits the page's first line
BODY_MAX = 16 * 1024        # bytes; the longest form sent has two short fields
COUNTER_MAX = 10 ** 9 - 1   # then it begins again: the page shows nine digits
NEXT = ("/", "/account/")   # where a login may lead to, and nowhere else


def to_header(text):
    """Header fields are bytes; Tornado spells them as Latin-1."""
    return text.encode("utf-8").decode("latin-1")


def from_header(value):
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

    def show(self, **kwargs):
        told = [(name, from_header(value)) for name, value
                in sorted(self.request.headers.get_all())
                if name.startswith("X-Session-")]
        page = {
            "user": self.session("User"),
            "counter": self.session("Counter") or "0",
            "theme": "dark" if self.session("Theme") == "dark" else "light",
            "told": told,
            "next": "/",
            "error": None,
            "guarded": False,
            "own": False,
        }
        page.update(kwargs)
        # templates escape every value: see page.html
        self.render("page.html", **page)


class Home(Page):

    def get(self):
        self.show()


class SignIn(Page):
    """Shown by nginx in place of the guarded area: error_page 401."""

    def get(self):
        self.show(next="/account/", guarded=True)


class Login(Page):

    def get(self):
        self.redirect("/", status=303)

    def post(self):
        name = clean_name(self.get_body_argument("name", ""))
        target = self.get_body_argument("next", "/")
        if target not in NEXT:
            target = "/"
        if name is None:
            self.set_status(422)
            self.show(next=target,
                      error="Please give a name of 1 to %d printable "
                            "characters." % NAME_MAX)
            return
        self.set_header("X-Login-User", to_header(name))
        self.redirect(target, status=303)


class Counter(Page):

    def get(self):
        self.redirect("/", status=303)

    def post(self):
        text = self.session("Counter")
        count = int(text) if text.isdecimal() and len(text) < 10 else 0
        self.set_header("X-Counter", str(count % COUNTER_MAX + 1))
        self.redirect("/", status=303)


def application():
    return tornado.web.Application(
        [
            ("/", Home),
            ("/sign-in", SignIn),
            ("/login", Login),
            ("/counter", Counter),
        ],
        template_path=os.path.dirname(os.path.abspath(__file__)))


async def serve(port):
    application().listen(port, "127.0.0.1", max_body_size=BODY_MAX)
    await asyncio.Event().wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    args = parser.parse_args()

    tornado.options.options.logging = "info"
    tornado.log.enable_pretty_logging()
    asyncio.run(serve(args.port))


if __name__ == "__main__":
    main()
