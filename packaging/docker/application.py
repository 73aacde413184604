#!/usr/bin/python3
"""A small application without a session library: nginx keeps the sessions.

It reads X-Session-User and X-Session-Count, which nginx adds to requests, and
answers with X-Session-Set, X-Session-Incr and X-Session-Destroy, which nginx
carries out.  nginx.conf says what it may change.

usage: application.py ADDRESS PORT
"""

import html
import http.server
import sys
import urllib.parse

BODY_MAX = 4096     # bytes; the form has one short field

LOGGED_OUT = """<form method="post" action="/login">
<input name="name" placeholder="your name"> <button>Log in</button>
</form>"""

LOGGED_IN = """<p>Hello {user}. You were here {count} times.</p>
<p><a href="/account">Your account</a>, which nginx guards</p>
<form method="post" action="/logout"><button>Log out</button></form>"""


class Application(http.server.BaseHTTPRequestHandler):

    def session(self, key):
        """Header fields are bytes, which Python spells as Latin-1."""
        value = self.headers.get("X-Session-" + key, "")
        return value.encode("latin-1").decode("utf-8", "replace")

    def answer(self, status, headers, body=""):
        body = body.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        user = html.escape(self.session("User"))

        if self.path == "/account":
            self.answer(200, [], "The account of " + user + "\n")
        elif self.path != "/":
            self.answer(404, [], "not found\n")
        elif user:
            count = int(self.session("Count") or "0") + 1
            self.answer(200, [("X-Session-Incr", "count")],
                        LOGGED_IN.format(user=user, count=count))
        else:
            self.answer(200, [], LOGGED_OUT)

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or "0")

        if length > BODY_MAX:
            self.answer(413, [("Connection", "close")], "too long\n")
            return

        form = urllib.parse.parse_qs(self.rfile.read(length).decode("latin-1"))
        name = form.get("name", [""])[0].strip()

        if self.path == "/login" and name:
            self.answer(303, [("Location", "/"),
                              ("X-Session-Regenerate", "login"),
                              ("X-Session-Set",
                               "user=" + urllib.parse.quote(name))])
        elif self.path == "/logout":
            self.answer(303, [("Location", "/"), ("X-Session-Destroy", "1")])
        else:
            self.answer(400, [], "no name, or no such page\n")


if __name__ == "__main__":
    address = sys.argv[1], int(sys.argv[2])
    http.server.ThreadingHTTPServer(address, Application).serve_forever()
