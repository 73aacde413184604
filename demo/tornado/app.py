#!/usr/bin/python3
"""The demo application of profile tornado.

It keeps its sessions itself, by sessions.py, as applications of this kind do:
demo/tornado/nginx.conf.in says what nginx does beside it.  Page and names are
those of the other demo.  Its secrets are in the environment: COOKIE_SECRET and
SESSION_SECRET.
"""

import argparse
import asyncio
import os
import sys

import tornado.log
import tornado.options
import tornado.web

HERE = os.path.dirname(os.path.abspath(__file__))

# the other demo's application, which has the same name, comes first
sys.path.insert(0, os.path.dirname(HERE))

import app as demo  # noqa: E402
import conf  # noqa: E402
import sessions  # noqa: E402

SESSION_TIMEOUT = 30 * 60   # s
COUNTER_MAX = 10 ** 9 - 1   # then it begins again: the page shows nine digits


class Page(tornado.web.RequestHandler):

    def prepare(self):
        self.session = sessions.Session(self.application.manager, self)

    def show(self, **kwargs):
        theme = self.session.get("theme")
        page = {
            "user": self.session.get("user_name"),
            "counter": self.session.get("counter", 0),
            "theme": theme if theme in ("dark", "light") else "",
            "told": sorted((str(k), str(v)) for k, v in self.session.items()),
            "next": "/",
            "error": None,
            "nginx": self.application.lines.show,
            "what": "home",
            "own": True,
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
        self.show(next="/account/", what="guarded")


class NotFound(Page):
    """Shown by nginx in place of a page that is not there: error_page 404."""

    def get(self):
        self.show(what="not-found")


class Login(Page):

    def get(self):
        self.redirect("/", status=303)

    def post(self):
        name = demo.clean_name(self.get_body_argument("name", ""))
        target = self.get_body_argument("next", "/")
        if target not in demo.NEXT:
            target = "/"
        if name is None:
            self.set_status(422)
            self.show(next=target,
                      error="Please give a name of 1 to %d printable "
                            "characters." % demo.NAME_MAX)
            return
        self.session["user_name"] = name
        self.session.save()
        self.redirect(target, status=303)


class Counter(Page):

    def get(self):
        self.redirect("/", status=303)

    def post(self):
        count = self.session.get("counter", 0)
        self.session["counter"] = count % COUNTER_MAX + 1
        self.session.save()
        self.redirect("/", status=303)


def application(args):
    app = tornado.web.Application(
        [
            ("/", Home),
            ("/sign-in", SignIn),
            ("/not-found", NotFound),
            ("/login", Login),
            ("/counter", Counter),
        ],
        cookie_secret=os.environ["COOKIE_SECRET"],
        template_path=os.path.dirname(HERE))
    app.lines = conf.Lines(sys.stdin.read())
    app.manager = sessions.SessionManager(os.environ["SESSION_SECRET"],
                                          [args.memcached], SESSION_TIMEOUT)
    return app


async def serve(args):
    application(args).listen(args.port, "127.0.0.1",
                             max_body_size=demo.BODY_MAX)
    await asyncio.Event().wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--memcached", required=True)
    args = parser.parse_args()

    tornado.options.options.logging = "info"
    tornado.log.enable_pretty_logging()
    asyncio.run(serve(args))


if __name__ == "__main__":
    main()
