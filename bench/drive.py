# Copyright (C) the ngx_http_session_module authors

"""Sends requests to a worker that is stopped meanwhile, so that each turn of
its event loop has the same work, however busy the machine is."""

import os
import signal
import socket

from stand import Failure

TIMEOUT = 120               # s, for any one answer


def answer(file):
    """Reads one response; the bodies of all sides have a length."""
    status = file.readline()
    length = 0
    while True:
        line = file.readline()
        if line in (b"\r\n", b""):
            break
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    if not status.startswith(b"HTTP/1.1 200 ") \
            or len(file.read(length)) != length:
        raise Failure(f"answer: {status}")


def stopped(pid):
    os.kill(pid, signal.SIGSTOP)
    with open(f"/proc/{pid}/stat") as f:
        while f.read().rpartition(")")[2].split()[0] != "T":
            f.seek(0)


def drive(server, requests, connections, number):
    """Sends so many requests, each a path and a cookie, from the first again
    when all are sent, in waves of one on each of the connections."""
    sockets = [socket.create_connection(("127.0.0.1", server.port), TIMEOUT)
               for _ in range(connections)]
    files = [s.makefile("rb") for s in sockets]

    for n in range(0, number, connections):
        stopped(server.pid)
        for i, s in enumerate(sockets):
            path, cookie = requests[(n + i) % len(requests)]
            s.sendall(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s"
                      b"\r\n\r\n" % (path.encode(), cookie.encode()))
        os.kill(server.pid, signal.SIGCONT)
        for file in files:
            answer(file)

    for s in sockets + files:
        s.close()
