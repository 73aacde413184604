# Copyright (C) the ngx_http_session_module authors

"""The servers of the benchmark: one memcached, and one nginx for each side,
each with only the modules that its side needs.

Everything listens on a loopback port that the kernel chose, lives in one
temporary directory, and is ended by its pid when the stand is left.  The
nginx workers own the first of our processors; everything else shares the
second.
"""

import base64
import ctypes
import hashlib
import hmac
import http.client
import json
import os
import pickle
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from tornado.web import create_signed_value

BENCH = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("BUILD", os.path.dirname(BENCH) + "/build")
MODULE = BUILD + "/ngx_http_session_module.so"
NGINX = os.environ.get("TEST_NGINX_BINARY", "/usr/sbin/nginx")
NGINX_MODULES = "/usr/lib/nginx/modules"
START_TIMEOUT = 60          # s; valgrind needs several on a busy machine
STOP_TIMEOUT = 10           # s

# so many that, with 256 connections, no two requests in flight share one
SESSIONS = 512
RECORD_SIZE = 500           # bytes

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")

PR_SET_PDEATHSIG = 1        # prctl(2)

MODULES = {
    "load": ["session"],
    "save": ["session"],
    "login": ["session"],
    "proxy_session": ["session"],
    "make": ["session"],
    "wait_session": ["session"],
    "growth": ["session"],
    "memc": ["ngx_http_memc_module"],
    "lua": ["ndk_http_module", "ngx_http_lua_module"],
}

# side: (answers without a cookie, with a forged one); None: not checked
REFUSALS = {
    "load": (401, 401),
    "save": (401, 401),
    "save_one": (401, 401),
    "proxy_session": (401, 401),
    "memc": (500, 500),     # auth_request makes it of memcached's miss
    "lua": (401, 401),
    "tornado": (401, 401),
    "tornado_tuned": (401, 401),
}


VERIFIED = 512              # the default of verified_cookies

# the same nginx, but all requests have one cookie
ONE = "_one"


class Failure(Exception):
    pass


def processors():
    cpus = sorted(os.sched_getaffinity(0))
    return cpus[0], cpus[1 % len(cpus)]


def deadline():
    """A poll's pace and end: waits a little, false when it is over."""
    end = time.monotonic() + START_TIMEOUT

    def more():
        time.sleep(0.02)
        return time.monotonic() < end

    return more


def cpu_times(pid):
    """User and system time of a process, all threads; seconds."""
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rpartition(")")[2].split()
    return int(fields[11]) / CLOCK_TICKS, int(fields[12]) / CLOCK_TICKS


def cpu_seconds(pid):
    return sum(cpu_times(pid))


class Server:

    def __init__(self, name, process, port):
        self.name = name
        self.process = process
        self.port = port
        self.pid = process.pid      # of the process that does the work


class Stand:

    def __init__(self, module=MODULE, sessions=SESSIONS):
        self.sessions = sessions
        self.module = os.path.abspath(module)
        self.nginx_cpu, self.other_cpu = processors()
        self.servers = []
        self.cookies = {}

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="session-bench.")
        self.secret_file = os.path.join(self.dir, "secret")
        self.secret = secrets.token_hex(32)
        with open(self.secret_file, "w",
                  opener=lambda p, f: os.open(p, f, 0o600)) as f:
            f.write(self.secret)
        signal.signal(signal.SIGTERM, lambda *_: exit(1))
        try:
            self.memcached = self._memcached()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in list(reversed(self.servers)):
            self.stop(server)
        shutil.rmtree(self.dir, ignore_errors=True)

    def stop(self, server):
        """A lone nginx sees a signal that comes just before epoll_wait()
        only at its next event: the signal is repeated."""
        deadline = time.monotonic() + STOP_TIMEOUT
        while server.process.returncode is None:
            if time.monotonic() < deadline:
                server.process.terminate()
            else:
                server.process.kill()
            try:
                server.process.wait(0.5)
            except subprocess.TimeoutExpired:
                continue
        self.servers.remove(server)

    # processes

    def spawn(self, argv, cpu, **options):
        def child():
            os.sched_setaffinity(0, {cpu})
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

        return subprocess.Popen(argv, preexec_fn=child,
                                stdin=subprocess.DEVNULL, **options)

    def start(self, name, argv, cpu, port):
        log = os.path.join(self.dir, name + ".out")
        with open(log, "w") as out:
            process = self.spawn(argv, cpu, stdout=out, stderr=out)

        server = Server(name, process, port)
        self.servers.append(server)

        more = deadline()
        while process.poll() is None and more():
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return server
            except OSError:
                continue

        with open(log, errors="replace") as out:
            raise Failure(f"{name} did not start:\n{out.read()}")

    def port(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            return s.getsockname()[1]

    def _memcached(self):
        port = self.port()
        argv = ["memcached", "-l", "127.0.0.1", "-p", str(port), "-U", "0",
                "-t", "1", "-c", "4096", "-m", "256"]
        if os.geteuid() == 0:
            argv += ["-u", "root"]
        return self.start("memcached", argv, self.other_cpu, port)

    def tornado(self, way):
        port = self.port()
        return self.start("tornado_" + way + "_app", ["/usr/bin/python3",
                          BENCH + "/alternatives/tornado_app.py", way,
                          str(port), str(self.memcached.port),
                          self.secret_file], self.other_cpu, port)

    def nginx(self, name, cpu=None, wrapper=(), **values):
        """Starts the nginx of conf/NAME.conf; a wrapper means one process."""
        port = self.port()
        cpu = self.nginx_cpu if cpu is None else cpu
        single = len(wrapper) != 0
        prefix = os.path.join(self.dir, name + (".single" if single else ""))
        os.makedirs(prefix, exist_ok=True)

        values.setdefault("VERIFIED", VERIFIED)
        values.update(
            BENCH=BENCH, CPU_MASK=format(1 << cpu, "b"), DIR=prefix,
            MASTER="off" if single else "on",
            MEMCACHED=self.memcached.port,
            MODULES=self._load_modules(name), PORT=port,
            SECRET=self.secret_file,
            USER="user root;" if os.geteuid() == 0 else "")

        for key, file in (("MANAGER", "manager"),
                          ("SIDE", name.removesuffix(ONE)),
                          ("", "frame")):
            values[key] = self._expand(file, values)

        conf = os.path.join(prefix, "nginx.conf")
        with open(conf, "w") as f:
            f.write(values[""])

        server = self.start(os.path.basename(prefix),
                            [*wrapper, NGINX, "-p", prefix,
                             "-e", prefix + "/error.log", "-c", conf],
                            cpu, port)
        if not single:
            server.pid = self._worker(server.process.pid)
        return server

    def _load_modules(self, name):
        paths = [self.module if m == "session" else f"{NGINX_MODULES}/{m}.so"
                 for m in MODULES.get(name.removesuffix(ONE), [])]
        return "\n".join(f"load_module {path};" for path in paths)

    def _expand(self, file, values):
        with open(f"{BENCH}/conf/{file}.conf") as f:
            return re.sub("@([A-Z_]+)@", lambda m: str(values[m[1]]),
                          f.read())

    def _worker(self, master):
        more = deadline()
        while more():
            with open(f"/proc/{master}/task/{master}/children") as f:
                children = f.read().split()
            if children:
                return int(children[0])
        raise Failure("nginx has no worker")

    # sides

    def side(self, name, wrapper=(), verified=VERIFIED):
        """Starts what a side needs, and checks that it does its work."""
        values = {"VERIFIED": verified}

        if name in ("proxy", "proxy_session"):
            values["SMALL"] = self._once("small").port
        elif name == "tornado":
            values["TORNADO"] = self.tornado("original").port
        elif name == "tornado_tuned":
            values["TORNADO"] = self.tornado("tuned").port

        server = self.nginx(name, wrapper=wrapper, **values)
        server.cookie_file = os.path.join(self.dir, name + ".cookies")
        cookies = self._cookies(name)
        if name.endswith(ONE):
            cookies = cookies[:1]
        with open(server.cookie_file, "w") as f:
            f.write("\n".join(cookies) + "\n")

        self._check(server)
        return server

    def _once(self, name):
        for server in self.servers:
            if server.name == name:
                return server
        return self.nginx(name, cpu=self.other_cpu)

    def _check(self, server):
        good = self._cookies(server.name.partition(".")[0])[0]
        forged = good[:24] + ("1" if good[24] != "1" else "2") + good[25:]
        without, with_forged = REFUSALS.get(server.name.partition(".")[0],
                                            (200, 200))

        for what, cookie, expected in (("a session", good, 200),
                                       ("no session", None, without),
                                       ("a forged one", forged, with_forged)):
            status, _ = self.get(server.port, cookie)
            if (200 if status == 204 else status) != expected:
                raise Failure(f"{server.name}: {status} with {what} instead "
                              f"of {expected}")

    def get(self, port, cookie=None, path="/"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers={} if cookie is None else
                           {"Cookie": cookie})
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status, response.getheader("Set-Cookie")

    def wrk(self, server, connections, seconds):
        argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s",
                BENCH + "/sessions.lua", f"http://127.0.0.1:{server.port}/",
                "--", server.cookie_file]
        wrk = self.spawn(argv, self.other_cpu, stdout=subprocess.PIPE,
                         text=True)
        try:
            output, _ = wrk.communicate(timeout=seconds + 30)
        except BaseException:
            wrk.kill()
            raise

        result = json.loads(output.rstrip("\n").split("\n")[-1])
        if result["requests"] == 0 or result["failed"] != 0:
            raise Failure(f"{server.name}, {connections} connections: "
                          f"{result}")
        return result

    # sessions

    def values(self, n):
        """The keys and values of session n; RECORD_SIZE bytes as JSON."""
        data = {
            "user": f"user{n:04}",
            "name": f"Firstname Lastname {n:04}",
            "email": f"firstname.lastname.{n:04}@example.com",
            "roles": "reader,writer,editor",
            "locale": "en_GB.UTF-8",
            "zone": "Europe/Copenhagen",
            "theme": "dark",
            "csrf": hashlib.sha256(str(n).encode()).hexdigest(),
            "cart": "1042x1,2210x3,3307x1",
            "address": "127.0.0.1",
            "seen": "1700000000.000",
            "note": "",
        }
        data["note"] = "." * (RECORD_SIZE - len(self._json(data)))
        return data

    def _json(self, data):
        return json.dumps(data, separators=(",", ":")).encode()

    def _cookies(self, name):
        family = name.partition("_")[0]
        if family in ("lua", "memc", "tornado"):
            pass
        elif os.path.exists(self.module):
            family = "session"
        else:
            return ["sid=" + "A" * 112]

        if family not in self.cookies:
            make = getattr(self, "_make_" + family)
            self.cookies[family] = [make(n) for n in range(self.sessions)]
        return self.cookies[family]

    def _make_session(self, n):
        data = self.values(n)
        server = self._maker(data)
        status, header = self.get(server.port, path=f"/?user={data['user']}"
                                  f"&name={data['name'].replace(' ', '+')}"
                                  f"&email={data['email']}"
                                  f"&csrf={data['csrf']}")
        if status != 200 or header is None or not header.startswith("sid="):
            raise Failure(f"no session made: {status}, {header}")
        return header.partition(";")[0]

    def _maker(self, data):
        """An nginx whose session_set directives make such sessions."""
        for server in self.servers:
            if server.name == "make":
                return server
        sets = "\n".join(f'            session_set {key} '
                         + (f"$arg_{key}" if key in ("user", "name", "email",
                                                     "csrf") else f'"{value}"')
                         + ";" for key, value in data.items())
        return self.nginx("make", cpu=self.other_cpu, SETS=sets)

    def _make_lua(self, n):
        sid = secrets.token_urlsafe(32)
        signed = f"{sid}.{int(time.time())}"
        mac = hmac.digest(self.secret.encode(), signed.encode(), "sha256")
        self._store("lua:" + sid, self._json(self.values(n)))
        return f"sid={signed}.{base64.b64encode(mac).decode()}"

    def _make_memc(self, n):
        sid = secrets.token_urlsafe(32)
        self._store("memc:" + sid, self._json(self.values(n)))
        return "sid=" + sid

    def _make_tornado(self, n):
        sid = secrets.token_hex(32)
        mac = hmac.digest(sid.encode(), self.secret.encode(), "sha256")
        self._store("tornado:" + sid, pickle.dumps(self.values(n)))
        cookies = {"session_id": sid, "verification": mac.hex()}
        return "; ".join(f'{name}="{self._signed(name, value)}"'
                         for name, value in cookies.items())

    def _signed(self, name, value):
        return create_signed_value(self.secret, name, value).decode()

    # memcached

    def ask(self, command, end=b"\r\n"):
        with socket.create_connection(("127.0.0.1", self.memcached.port),
                                      10) as s:
            s.sendall(command)
            answer = b""
            while not answer.endswith(end):
                part = s.recv(65536)
                if not part:
                    raise Failure("memcached closed the connection")
                answer += part
            return answer

    def _store(self, key, value):
        answer = self.ask(b"set %s 0 1800 %d\r\n%s\r\n"
                          % (key.encode(), len(value), value))
        if answer != b"STORED\r\n":
            raise Failure(f"memcached: {answer}")

    def stats(self):
        lines = self.ask(b"stats\r\n", b"END\r\n").decode().split("\r\n")
        return {key: value for _, key, value in
                (line.split(" ", 2) for line in lines
                 if line.startswith("STAT "))}

