#!/usr/bin/python3
# Copyright (C) the ngx_http_session_module authors

"""pickle_python.py TOOL: TAP; the codec in TOOL against Python's pickle.

Generated records, pickled by both of CPython's picklers at all protocols, are
read and changed by the codec; what it wrote is loaded by both unpicklers.
"""

import collections
import datetime
import decimal
import fractions
import io
import json
import math
import pickle
import random
import sys
import uuid

from pickle_tool import (MISSING, NO_TEXT, RECORD, Request, Tool, canonical,
                         loads, rendered)
from tap import Tap

SEED = 20261123
RECORDS = 10000
OPAQUE_RECORDS = 120
REMOVED = 800               # keys, one by one
PROTOCOLS = range(6)
SETS = 10                   # in a row, beside opaque values
E_OPAQUE = 10               # NSESS_E_OPAQUE


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return vars(self) == vars(other)


class Cart(list):
    """A list with a state."""

    def __eq__(self, other):
        return list(self) == list(other) and vars(self) == vars(other)


class Slotted:
    __slots__ = ("value",)

    def __getstate__(self):
        return None, {"value": self.value}

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return self.value == other.value


def python_dumps(value, protocol):
    out = io.BytesIO()
    pickle._Pickler(out, protocol).dump(value)
    return out.getvalue()


def python_loads(data):
    return pickle._Unpickler(io.BytesIO(data)).load()


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self):
        r = self.random
        n = r.choice((0, 1, 1, 2, 3, 5, 17, 40))
        if r.random() < 0.02:
            n = r.choice((254, 255, 256, 300))
        alphabet = "ab0 \"'\\/\b\n\r\0\x1a\x7f\x80é\xffž€\uffff😀"
        if r.random() < 0.05:
            # a pair would be one character in the rendering
            alphabet += r.choice(("\ud800", "\udfff"))
        return "".join(r.choices(alphabet, k=n))

    def integer(self):
        r = self.random
        n = r.choice((0, 1, 127, 128, 255, 256, 65535, 65536, 1 << 31,
                      1 << 32, 1 << 53, 1 << 63, 1 << 64,
                      r.getrandbits(r.choice((8, 31, 64, 200, 2041, 4000)))))
        return r.choice((1, -1)) * (n + r.choice((-1, 0, 0, 1)))

    def real(self):
        r = self.random
        return r.choice((0.0, -0.0, 1.0, 0.1, -2.5, 1e16, 1e-5, 5e-324,
                         1.7976931348623157e308, math.inf, -math.inf,
                         math.nan, r.random(), r.uniform(-1e9, 1e9)))

    def data(self):
        r = self.random
        n = r.choice((0, 1, 3, 20, 254, 255, 256) if r.random() < 0.1
                     else (0, 1, 3))
        return bytes(r.choices(b"a\0\n\r\\\x1a\x7f\x80\xc3\xa9\xff", k=n))

    def hashable(self, level=0):
        r = self.random
        kind = r.randrange(9 if level < 2 else 7)
        if kind < 2:
            return self.text()
        if kind == 2:
            return self.integer()
        if kind == 3:
            return self.real()
        if kind == 4:
            return self.data()
        if kind < 7:
            return r.choice((None, True, False, 1, 0, 1.0))
        items = [self.hashable(level + 1) for _ in range(r.randrange(4))]
        return tuple(items) if kind == 7 else frozenset(items)

    def value(self, seen, level=0):
        r = self.random
        if seen and r.random() < 0.12:
            return r.choice(seen)
        kind = r.randrange(12 if level < 4 else 6)
        if kind < 6:
            return self.hashable(1)
        if kind == 6:
            value = bytearray(self.data())
        elif kind == 7:
            value = {self.hashable() for _ in range(r.randrange(4))}
        elif kind == 8:
            value = tuple(self.value(seen, level + 1)
                          for _ in range(r.randrange(5)))
        elif kind < 11:
            value = []
            if r.random() < 0.02:
                seen.append(value)
            value += [self.value(seen, level + 1)
                      for _ in range(r.randrange(5))]
        else:
            value = {}
            if r.random() < 0.02:
                seen.append(value)
            for _ in range(r.randrange(4)):
                key = self.text() if r.random() < 0.7 else self.hashable()
                value[key] = self.value(seen, level + 1)
        seen.append(value)
        return value

    def record(self):
        r = self.random
        seen, record = [], {}
        if r.random() < 0.02:
            seen.append(record)
        if r.random() < 0.01:
            record.update((f"key{i}", i) for i in range(
                r.choice((999, 1000, 1001, 2000))))
        for _ in range(r.randrange(6)):
            key = r.choice(("a", "b", "ключ", self.text(), self.text()))
            if r.random() < 0.05:
                key = self.hashable()
            record[key] = self.value(seen)
        return record

    def opaque(self):
        r = self.random
        shared = self.text()
        return r.choice((
            datetime.datetime(2026, 11, 23, 10, 13, 0, r.randrange(1000000)),
            datetime.date(2026, 1, 1 + r.randrange(28)),
            datetime.timedelta(r.randrange(100), 5),
            decimal.Decimal(r.randrange(10000)) / 100,
            fractions.Fraction(1, 1 + r.randrange(9)),
            uuid.UUID(int=r.getrandbits(128)),
            collections.OrderedDict([("a", shared), ("b", [shared])]),
            collections.defaultdict(list, {"k": [1]}),
            collections.Counter("hello"), complex(1, -2), range(5),
            Point(1, shared), Point(shared, [shared]), Slotted(b"x"), Point,
            Cart(["a", shared, Point(0, 0)])))

    def opaque_record(self):
        record = self.record()
        for name in self.random.sample(("o1", "o2", "a", "ž"), 3):
            value = self.opaque()
            record[name] = self.random.choice((
                value, [value], {"in": (1, value)}, self.value([])))
        record["last"] = self.opaque()
        return record

    def change(self, keys):
        r = self.random
        key = r.choice(("a", "b", "ключ", "", "new") + tuple(
            k for k in keys if isinstance(k, str) and encodes(k)))
        value = self.text().encode(errors="ignore").decode()
        op = r.choice("ssnu")
        if op == "n":
            value = str(max(-1 << 63, min(self.integer(), (1 << 63) - 1)))
        return op, key, value

    def changes(self, keys):
        r = self.random
        changes = [self.change(keys) for _ in range(r.randrange(4))]
        if r.random() < 0.03:
            changes.append(("c", "", ""))
            changes += [self.change(keys) for _ in range(r.randrange(3))]
        return changes


def encodes(text):
    try:
        text.encode()
        return True
    except UnicodeEncodeError:
        return False


def update(record, changes):
    """In place; a key that is set keeps its place, also if it was unset in
    between."""
    for i, (op, key, value) in enumerate(changes):
        if op == "c":
            record.clear()
        elif op in "sn":
            record[key] = int(value) if op == "n" else value
        elif not any(o in "sn" and k == key for o, k, _ in changes[i:]):
            record.pop(key, None)


def shape(value):
    """Which mutable objects are the same one."""
    numbers, result, todo = {}, [], [value]
    while todo:
        value = todo.pop()
        if isinstance(value, (list, dict, set, bytearray)):
            known = id(value) in numbers
            result.append(numbers.setdefault(id(value), len(numbers)))
            if known:
                continue
        if isinstance(value, dict):
            todo += list(value.values())[::-1]
        elif isinstance(value, (list, tuple)):
            todo += value[::-1]
    return result


def same(value, wanted):
    return type(value) is dict and shape(value) == shape(wanted) \
        and state(list(value)) == state(list(wanted)) \
        and state(value) == state(wanted)


def state(value):
    """For comparing, with all that objects hold."""
    return canonical(rendered(value, (), reduced))


def reduced(value, path):
    if isinstance(value, type) or callable(value):
        return {"$name": repr(value)}
    parts = [list(p) if hasattr(p, "__next__") else p
             for p in value.__reduce_ex__(2)]
    return {"$object": rendered(parts, path, reduced)}


class NoText(Exception):
    pass


def json_text(value, holders=()):
    if any(value is h for h in holders):
        raise NoText
    if isinstance(value, dict):
        return "{" + ",".join(
            json_key(k) + ":" + json_text(v, holders + (value,))
            for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "[" + ",".join(
            json_text(v, holders + (value,)) for v in value) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    if isinstance(value, (bytes, bytearray)):
        value = decoded(value)
    if isinstance(value, str) and not encodes(value):
        raise NoText
    return json.dumps(value, ensure_ascii=False)


def json_key(key):
    if isinstance(key, (tuple, frozenset)):
        raise NoText
    if isinstance(key, bytes):
        key = decoded(key)
    if not isinstance(key, str):
        key, = json.loads(json.dumps({key: 0}))
    return json_text(key)


def decoded(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NoText from None


def text_of(value):
    if value is None:
        return NO_TEXT
    if isinstance(value, bool):
        return b"1" if value else b""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    try:
        if isinstance(value, str):
            return value.encode()
        if isinstance(value, (int, float)):
            return repr(value).encode()
        return json_text(value).encode()
    except (UnicodeEncodeError, NoText):
        return NO_TEXT


def requests_of(generator, records):
    for i, record in enumerate(records):
        protocol = PROTOCOLS[i % len(PROTOCOLS)]
        dumps = pickle.dumps if i // len(PROTOCOLS) % 2 else python_dumps
        paths = [(k,) for k in record
                 if isinstance(k, str) and encodes(k) and "\0" not in k][:9]
        yield Request(dumps(record, protocol),
                      generator.changes(list(record)), paths,
                      generator.random.choice(PROTOCOLS))


def reading(tap, records, requests, answers):
    wrong, wrong_text, total, texts = [], [], 0, 0
    for record, request, answer in zip(records, requests, answers):
        total += 1
        if answer.kind != RECORD or answer.opaque != 0 or loads(
                answer.value) != canonical(rendered(record)):
            wrong.append((request.record, answer.error, answer.value))
        for (key,), text in zip(request.paths, answer.texts):
            texts += 1
            if text != text_of(record[key]):
                wrong_text.append((record[key], text))
    tap.none(wrong, total, "Python's records are read")
    tap.none(wrong_text, texts, "values have their texts")


def writing(tap, tool, generator, requests, answers, name):
    """Loads what was applied; returns requests that change it again."""
    wrong, total, more = [], 0, []
    for request, answer in zip(requests, answers):
        total += 1
        wanted = pickle.loads(request.record)
        update(wanted, request.changes)
        if answer.applied == MISSING:
            wrong.append((request.record, request.changes,
                          answer.apply_error))
            continue
        if not same(pickle.loads(answer.applied), wanted) \
                or not same(python_loads(answer.applied), wanted):
            wrong.append((request.record, request.changes, answer.applied))
        more.append(Request(answer.applied, generator.changes(list(wanted)),
                            (), request.protocol))
    tap.none(wrong, total, name)
    return more


def fresh(tap, tool, generator):
    requests = [Request(b"", [generator.change(()) for _ in range(n % 4)], (),
                        protocol)
                for protocol in PROTOCOLS for n in range(40)]
    wrong = []
    for request, answer in zip(requests, tool.run(requests)):
        wanted = {}
        update(wanted, request.changes)
        if not same(pickle.loads(answer.applied), wanted) or (
                request.protocol == 0 and not answer.applied.isascii()):
            wrong.append((request.changes, answer.applied))
    tap.none(wrong, len(requests), "new records")


def opaque(tap, tool, generator):
    requests = []
    for i in range(OPAQUE_RECORDS):
        record = generator.opaque_record()
        requests.append(Request(pickle.dumps(record, i % len(PROTOCOLS))))
    wanted = [pickle.loads(r.record) for r in requests]
    wrong, total = [], 0
    for _ in range(SETS):
        for request, value in zip(requests, wanted):
            key = generator.random.choice(("a", "n1", "n2", "ключ"))
            op, _, new = generator.change(())
            request.changes = [("n" if op == "n" else "s", key, new)]
            update(value, request.changes)
        for request, answer in zip(requests, tool.run(requests)):
            total += 1
            if not answer.opaque \
                    or answer.applied[:len(request.record) - 1] \
                    != request.record[:-1]:
                wrong.append((request.record, answer.applied))
            request.record = answer.applied
    wrong += [(request.record, value)
              for request, value in zip(requests, wanted)
              if not same(pickle.loads(request.record), value)]
    tap.none(wrong, total, "opaque values survive ten sets")
    removing(tap, tool, generator, [
        Request(r.record, [("u", key, ""), ("s", "n3", "x")])
        for r, value in zip(requests, wanted)
        for key in value if isinstance(key, str) and encodes(key)])


def removing(tap, tool, generator, requests):
    requests = generator.random.sample(requests, REMOVED)
    wrong, cut = [], 0
    for request, answer in zip(requests, tool.run(requests)):
        if answer.applied == MISSING:
            if answer.apply_error[0] != E_OPAQUE:
                wrong.append((request.record, answer.apply_error))
            continue
        cut += 1
        left = pickle.loads(request.record)
        update(left, request.changes)
        if not same(pickle.loads(answer.applied), left) \
                or not same(python_loads(answer.applied), left):
            wrong.append((request.changes, request.record, answer.applied))
    tap.none(wrong, cut, "keys go beside opaque values, or are refused")
    tap.none([] if len(requests) > cut > len(requests) // 2 else [cut],
             len(requests), "most keys can go, but not all")


def main():
    tap = Tap()
    tool = Tool(sys.argv[1])
    generator = Generator(SEED)
    records = [generator.record() for _ in range(RECORDS)]
    requests = list(requests_of(generator, records))
    answers = tool.run(requests)
    reading(tap, records, requests, answers)
    more = writing(tap, tool, generator, requests, answers,
                   "what was changed is loaded")
    writing(tap, tool, generator, more, tool.run(more),
            "what was changed again is loaded")
    fresh(tap, tool, generator)
    opaque(tap, tool, generator)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
