# Copyright (C) the ngx_http_session_module authors

# usage: long_upstream.py PORT
#
# An upstream whose responses do not end: an echo over WebSocket, and a stream
# of events.  /open tells how many of them are under way.

import asyncio
import sys

import tornado.iostream
import tornado.web
import tornado.websocket


under_way = 0


class Echo(tornado.websocket.WebSocketHandler):
    def open(self):
        global under_way
        under_way += 1

    def on_message(self, message):
        self.write_message(message)

    def on_close(self):
        global under_way
        under_way -= 1


class Stream(tornado.web.RequestHandler):
    async def get(self):
        global under_way
        under_way += 1
        self.set_header("Content-Type", "text/event-stream")

        try:
            while True:
                self.write("data: tick\n\n")
                await self.flush()
                await asyncio.sleep(0.02)

        except tornado.iostream.StreamClosedError:
            pass

        finally:
            under_way -= 1


class Open(tornado.web.RequestHandler):
    def get(self):
        self.write(str(under_way))


async def main():
    application = tornado.web.Application([
        ("/echo", Echo), ("/stream", Stream), ("/open", Open)])
    application.listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
