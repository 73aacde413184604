# Copyright (C) the ngx_http_session_module authors

"""What the scripts of the pickle codec share: the driver t/unit/tool_pickle.c,
the rendering of captured values, and TAP."""

import base64
import json
import math
import struct
import subprocess

TIMEOUT = 120               # s
MISSING, NO_TEXT = 0xFFFFFFFF, 0xFFFFFFFE
RECORD, DATA, OPAQUE, REJECTED = range(4)


class Answer:
    """kind, and of what was taken value and opaque; else error."""

    value = opaque = applied = error = apply_error = None
    texts = ()


class Request:
    def __init__(self, record, changes=(), paths=(), protocol=2):
        self.record, self.changes, self.paths = record, changes, paths
        self.protocol = protocol

    def packed(self):
        parts = [b"%d" % self.protocol, self.record]
        for op, key, value in self.changes:
            parts.append((op + key).encode())
            if op in "sn":
                parts.append(value.encode())
        for path in self.paths:
            parts.append(b"f" + b"\0".join(s.encode() for s in path))
        return struct.pack("=I", len(parts)) + b"".join(
            struct.pack("=I", len(p)) + p for p in parts)


class Tool:
    def __init__(self, path):
        self.path = path

    def run(self, requests):
        self.data = subprocess.run(
            [self.path], input=b"".join(r.packed() for r in requests),
            stdout=subprocess.PIPE, check=True, timeout=TIMEOUT).stdout
        self.pos = 0
        answers = [self.answer(r) for r in requests]
        if self.pos != len(self.data):
            raise ValueError("more answers than requests")
        return answers

    def answer(self, request):
        answer = Answer()
        if request.record:
            answer.kind = self.number()
            if answer.kind == REJECTED:
                answer.error = self.number(), self.number()
                return answer
            answer.value = self.string()
            if answer.kind != RECORD:
                return answer
            answer.opaque = self.number()
        answer.applied = self.string()
        if answer.applied == MISSING:
            answer.apply_error = self.number(), self.number()
        answer.texts = [self.string() for _ in request.paths]
        return answer

    def number(self):
        self.pos += 4
        return struct.unpack_from("=I", self.data, self.pos - 4)[0]

    def string(self):
        n = self.number()
        if n in (MISSING, NO_TEXT):
            return n
        self.pos += n
        return self.data[self.pos - n:self.pos]


def loads(data):
    """A rendering, as the tool or a case gives it, for comparing."""
    return canonical(json.loads(data))


def canonical(value):
    """Sets have no order, names of what is opaque do not count, 1 is not
    True nor 1.0, -0.0 is not 0.0."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return type(value).__name__, repr(value)
    if isinstance(value, list):
        return [canonical(v) for v in value]
    if len(value) == 1:
        (name, inner), = value.items()
        if name == "$opaque":
            return ("opaque",)
        if name in ("$set", "$frozenset"):
            return name, sorted(map(canonical, inner), key=repr)
    return {k: canonical(v) for k, v in value.items()}


def name_of(value, _):
    return {"$opaque": type(value).__name__}


def rendered(value, path=(), opaque=name_of):
    """A value of Python's in the rendering."""
    for up, holder in enumerate(reversed(path), 1):
        if holder is value and not isinstance(value, (str, bytes)) \
                and value != ():
            return {"$cycle": up}
    path += (value,)
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if abs(value) < 1 << 53 else {"$int": str(value)}
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if kind in (bytes, bytearray):
        return {"$" + kind.__name__: base64.b64encode(value).decode()}
    if kind is list:
        return [rendered(v, path, opaque) for v in value]
    if kind in (tuple, set, frozenset):
        return {"$" + kind.__name__: [rendered(v, path, opaque)
                                      for v in value]}
    if kind is dict:
        if all(isinstance(k, str) and k[:1] != "$" for k in value):
            return {k: rendered(v, path, opaque) for k, v in value.items()}
        return {"$dict": [[rendered(k, path, opaque),
                           rendered(v, path, opaque)]
                          for k, v in value.items()]}
    return opaque(value, path)
