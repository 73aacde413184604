#!/usr/bin/python3
"""The application to try the guide's pages with: nginx keeps its sessions.

usage: application.py PORT [PAGE]

It listens on 127.0.0.1:PORT.  PAGE is where a good login leads, "/" if it is
not given.  Every address is a page that says who nginx says you are.
"""

import html
import http.server
import sys
import urllib.parse

BODY_MAX = 4096     # bytes of the login's form, which has short fields

ROLES = {"ada": "editor", "bob": "reader", "root": "admin"}
PASSWORD = "right"  # everybody's; yours are in a database

FORM = """<form method="post" action="{action}">
<input type="hidden" name="csrf_token" value="{token}">{fields}
<button>{button}</button></form>
"""

# the buttons of the page /account/password

PASSWORD_FIELD = '\n<input type="password" name="password">'
PASSWORD_FORMS = (("/account/password", PASSWORD_FIELD, "Change the password"),
                  ("/logout-everywhere", "", "Log out everywhere"))

LINK = '<a href="{}">{}</a>\n'

FIELDS = """
<input name="user" placeholder="{users}">
<input type="password" name="password" placeholder="{password}">""".format(
    users=", ".join(ROLES), password=PASSWORD)


class Application(http.server.BaseHTTPRequestHandler):

    def answer(self, status, *headers, body=""):
        body = body.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def page(self, status=200):
        user = self.headers.get("X-Session-User", "")
        token = html.escape(self.headers.get("X-CSRF-Token", ""))

        text = "Hello {}! This is {}\n".format(
            html.escape(user) or "stranger", html.escape(self.path))

        if not token and not self.path.startswith(("/login", "/account")):

            # nginx gives a token to the pages with forms, if to any

            text += LINK.format(*("/account/", "Your account") if user
                                else ("/login", "Log in"))
        elif user and self.path == "/account/password":
            for action, fields, button in PASSWORD_FORMS:
                text += FORM.format(action=action, token=token, fields=fields,
                                    button=button)
        elif user and self.path != "/login":
            text += FORM.format(action="/logout", token=token, fields="",
                                button="Log out")
        else:
            text += FORM.format(action="/login", token=token, fields=FIELDS,
                                button="Log in")

        self.answer(status, body=text)

    def do_GET(self):
        self.page()

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or "0")

        if self.path == "/login":
            self.login(length)
            return

        while length > 0:   # what is uploaded is not kept
            length -= len(self.rfile.read(min(length, BODY_MAX))) or length

        if self.path == "/account/password":
            self.answer(303, ("Location", "/login"),
                        ("X-Session-Revoke", "all"))
        else:
            self.page()

    def login(self, length):
        if length > BODY_MAX:
            self.answer(413, ("Connection", "close"), body="too long\n")
            return

        form = urllib.parse.parse_qs(self.rfile.read(length).decode("latin-1"))
        user = form.get("user", [""])[0]

        if user in ROLES and form.get("password") == [PASSWORD]:
            self.answer(303, ("Location", leads_to),
                        ("X-Session-Regenerate", "login"),
                        ("X-Session-Set", "user=" + urllib.parse.quote(user)),
                        ("X-Session-Set", "role=" + ROLES[user]))
        else:
            self.page(422)


if __name__ == "__main__":
    leads_to = (sys.argv + ["/"])[2]
    address = "127.0.0.1", int(sys.argv[1])
    http.server.ThreadingHTTPServer(address, Application).serve_forever()
