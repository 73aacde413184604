#!/usr/bin/python3
# Copyright (C) the ngx_http_session_module authors

"""The session checked by the application.  Two ways:

    original  as the program does that this module replaces: two signed
              cookies, the second an HMAC of the id in the first; a client of
              memcached for each fetch; `get`, then `replace` with the same
              bytes to extend the life; pickle
    tuned     the same program after a day's work: one signed cookie, one
              client that is kept, `touch` instead of `replace`

    tornado_app.py original|tuned PORT MEMCACHED_PORT SECRET_FILE
"""

import hashlib
import hmac
import pickle
import sys

import memcache
import tornado.ioloop
import tornado.web

TIMEOUT = 1800


class Original(tornado.web.RequestHandler):

    def get(self):
        sid = self.get_secure_cookie("session_id")
        verification = self.get_secure_cookie("verification")
        if sid is None or verification is None:
            raise tornado.web.HTTPError(401)

        mac = hmac.new(sid, self.settings["cookie_secret"].encode(),
                       hashlib.sha256).hexdigest()
        if not hmac.compare_digest(mac.encode(), verification):
            raise tornado.web.HTTPError(401)

        client = memcache.Client([self.settings["memcached"]])
        key = "tornado:" + sid.decode()
        data = client.get(key)
        if data is None:
            raise tornado.web.HTTPError(401)

        client.replace(key, data, TIMEOUT)
        if "user" not in pickle.loads(data):
            raise tornado.web.HTTPError(401)

        self.set_status(204)


class Tuned(tornado.web.RequestHandler):

    client = None

    def get(self):
        sid = self.get_secure_cookie("session_id")
        if sid is None:
            raise tornado.web.HTTPError(401)

        if Tuned.client is None:
            Tuned.client = memcache.Client([self.settings["memcached"]])

        key = "tornado:" + sid.decode()
        data = self.client.get(key)
        if data is None or "user" not in pickle.loads(data):
            raise tornado.web.HTTPError(401)

        self.client.touch(key, TIMEOUT)
        self.set_status(204)


def main():
    way, port, memcached_port, secret_file = sys.argv[1:]

    with open(secret_file) as f:
        secret = f.read()

    app = tornado.web.Application(
        [("/check", {"original": Original, "tuned": Tuned}[way])],
        cookie_secret=secret,
        log_function=lambda handler: None,
        memcached="127.0.0.1:" + memcached_port,
    )
    app.listen(int(port), "127.0.0.1")
    tornado.ioloop.IOLoop.current().start()


main()
