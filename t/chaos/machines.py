# Copyright (C) the ngx_http_session_module authors

"""The servers under test: memcacheds, nginx, the links, and their faults."""

import asyncio
import os
import signal
import socket
import subprocess
import time

from place import EJECT, settle
from pulse import Pulse
from relay import Relay
from schedule import NGINX, SERVERS

# the managers, and what they say
MANAGERS = {
    "plain": "",
    "owned": "subject user;",
    "few": "subject user; max_sessions 100;",
}

# what an nginx says beside
ALSO = ("", "protocol classic;")

# per connection of the browser: a key of its own
WRITERS = 2

# seconds until a server has to be there
PATIENCE = 30

SHOWN = ('add_header X-Session "$session_status|$session_owner|$session_user|'
         '$session_w0|$session_w1" always; empty_gif;')

_kept = []


def port():
    """One that stays kept: it is bound, and never listens."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    _kept.append(sock)
    return sock.getsockname()[1]


class Machines:
    def __init__(self, folder, seed):
        self.folder = folder
        self.ports = [port() for _ in range(SERVERS)]
        self.processes = [None] * SERVERS
        self.links = self.relays(seed)
        self.http = [port() for _ in range(NGINX)]
        self.nginx = []
        self.losses = [[] for _ in range(SERVERS)]      # times
        self.reloads = [[] for _ in range(NGINX)]       # times
        self.pulse = Pulse(NGINX)

    def relays(self, seed):
        """Of each nginx its own; but with "eject" all of them place keys by
        the addresses of the links, which have to be the same."""
        rows = [[Relay(port(), self.ports[s], f"{seed} {n} {s}")
                 for s in range(SERVERS)] for n in range(1 if EJECT else NGINX)]
        if EJECT:
            settle([link.port for link in rows[0]])
        return rows * NGINX if EJECT else rows

    def each(self):
        return dict.fromkeys(link for row in self.links for link in row)

    # memcached

    async def start(self, server):
        user = ["-u", "root"] if os.getuid() == 0 else []
        with open(f"{self.folder}/memcached.{server}", "a") as file:
            self.processes[server] = subprocess.Popen(
                ["memcached", "-l", "127.0.0.1", "-p",
                 str(self.ports[server]), "-U", "0", "-t", "1", *user],
                stdout=file, stderr=file)
        await connected(self.ports[server])

    def kill(self, server):
        process = self.processes[server]
        process.kill()
        process.wait()
        self.losses[server].append(time.monotonic())

    # nginx

    def configure(self, number):
        folder = f"{self.folder}/{number}"
        os.mkdir(folder)
        with open(f"{folder}/nginx.conf", "w") as file:
            file.write(self.conf(number, folder))
        return folder

    def conf(self, number, folder):
        module = os.environ.get(
            "TEST_NGINX_MODULE",
            os.environ.get("BUILD", "build") + "/ngx_http_session_module.so")
        module = module and os.path.abspath(module)
        load = f"load_module {module};" if module else ""
        user = "user root;" if os.getuid() == 0 else ""
        temporary = "".join(f"{part}_temp_path {folder}/{part};" for part in (
            "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        memcached = "".join(f"memcached 127.0.0.1:{link.port};"
                            for link in self.links[number])
        common = ("cookie sid secure=off; connect_timeout 200ms;"
                  f" timeout 400ms; {ALSO[number]}"
                  + (" distribution consistent eject;" if EJECT else ""))
        managers = "".join(
            f"session_manager {name} {{ secret_file {self.folder}/secret;"
            f" {memcached} {common} {more} }}\n"
            for name, more in MANAGERS.items())
        locations = "".join(map(location, MANAGERS))
        return f"""{user} {load}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ }}
http {{
    {temporary}
    log_format chaos '$http_x_number|$session_meta_save';
    access_log {folder}/access.log chaos;
    keepalive_requests 100000;
    {managers}
    server {{ listen 127.0.0.1:{self.http[number]};
    {locations} }}
}}
"""

    def start_nginx(self, folder):
        environment = dict(os.environ)
        preload = environment.get("TEST_NGINX_PRELOAD")
        if preload:
            environment["LD_PRELOAD"] = preload

        with open(f"{folder}/stderr", "w") as file:
            return subprocess.Popen(
                [environment["TEST_NGINX_BINARY"], "-p", f"{folder}/", "-c",
                 f"{folder}/nginx.conf", "-e", f"{folder}/error.log"],
                env=environment, stdout=file, stderr=file)

    async def begin(self):
        with open(f"{self.folder}/secret", "w") as file:
            file.write("a secret of the chaos, of forty bytes...")
        os.chmod(f"{self.folder}/secret", 0o600)

        for server in range(SERVERS):
            await self.start(server)

        for link in self.each():
            await link.open()

        for number in range(NGINX):
            self.nginx.append(self.start_nginx(self.configure(number)))
            await connected(self.http[number])

        self.pulse.begin([process.pid for process in self.nginx])

    def end(self):
        for process in self.nginx:
            process.send_signal(signal.SIGQUIT)
        for process in self.nginx:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()
        for process in self.processes:
            if process is not None:
                process.kill()
                process.wait()

    # faults

    async def suffer(self, fault):
        """Brings a fault about, and ends it when its time is over."""
        begun = time.monotonic()
        links = dict.fromkeys(row[fault.server] for row in self.links)

        if fault.kind == "reload":
            self.nginx[fault.nginx].send_signal(signal.SIGHUP)
            self.reloads[fault.nginx].append(begun)
            return

        if fault.kind in ("kill", "restart"):
            for link in links:
                await link.close()
            self.kill(fault.server)
            await asyncio.sleep(fault.seconds)
            await self.start(fault.server)
            for link in links:
                await link.open()
                link.ill.append((begun, time.monotonic()))

        elif fault.kind == "stop":
            process = self.processes[fault.server]
            process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(fault.seconds)
            process.send_signal(signal.SIGCONT)

        else:
            link = self.links[fault.nginx][fault.server]
            link.mode = fault.kind
            await asyncio.sleep(fault.seconds)
            link.mode = None
            if fault.kind in ("reset", "silence", "deaf"):
                link.reset()

    def text(self, name):
        """What both nginx have written to a log."""
        texts = []
        for number in range(NGINX):
            with open(f"{self.folder}/{number}/{name}", errors="replace") as f:
                texts.append(f.read())
        return "".join(texts)


def location(name):
    """What can be done with a session of a manager."""
    needs = f"session {name} require;"
    actions = {
        "begin": f"session {name}; session_on_error deny;"
                 " session_set owner $arg_o;",
        "read": f"session {name}; session_on_error pass;",
        "need": needs,
        "move": f"{needs} session_regenerate;",
        "login": f"{needs} session_regenerate login;"
                 " session_set user $arg_u;",
        "logout": f"session {name}; session_on_error deny; session_destroy;",
    }

    if MANAGERS[name]:
        actions["revoke"] = f"{needs} session_revoke_all;"

    for n in range(WRITERS):
        write = f"{needs} session_set w{n} $arg_v;"
        actions[f"w{n}"] = write
        actions[f"p{n}"] = f"{write} session_on_error pass;"

    return "".join(f"location = /{name}/{action} {{ {text} {SHOWN} }}\n"
                   for action, text in actions.items())


async def connected(port):
    """Waits until somebody listens there."""
    end = time.monotonic() + PATIENCE

    while time.monotonic() < end:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.02)

    raise RuntimeError(f"nobody listens at port {port}")
