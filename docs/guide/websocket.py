#!/usr/bin/python3
"""The WebSocket server to try the guide's pages with.

usage: websocket.py PORT

It listens on 127.0.0.1:PORT, greets whom nginx names, and sends back what it
is sent.  It needs Tornado: sudo apt install python3-tornado
"""

import asyncio
import sys

import tornado.web
import tornado.websocket


class Echo(tornado.websocket.WebSocketHandler):

    def open(self):
        user = self.request.headers.get("X-Session-User", "stranger")
        self.write_message("Hello {}\n".format(user))

    def on_message(self, message):
        self.write_message(message)


async def main():
    tornado.web.Application([("/socket", Echo)]).listen(
        int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
