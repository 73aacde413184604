#!/usr/bin/python3
# Copyright (C) the ngx_http_session_module authors

"""json_python.py TOOL SUITE: TAP; the codec in TOOL against Python's json.

Documents are those of JSONTestSuite in the folder SUITE, alone and as a
member of a record, and generated ones, whole and damaged.  Numbers are
compared as they are spelled.
"""

import json
import pathlib
import random
import re
import struct
import subprocess
import sys

from tap import Tap

SEED = 20261123
DOCUMENTS = 6000
TIMEOUT = 120               # s
MISSING, NO_TEXT = 0xFFFFFFFF, 0xFFFFFFFE
DEPTH = 512                 # NSESS_DEPTH_MAX
RECURSION = 8 * DEPTH       # so that values so deep can be compared here

# Python reads these, RFC 8259 has none of them
CONSTANTS = ("NaN", "Infinity", "-Infinity")

# Python refuses what is longer, sys.int_info; the codec keeps any number
LONG_INTEGER = "1" * (sys.int_info.default_max_str_digits + 1)

FIELD = re.compile(rb'"(?:[^"\\]|\\.)*"|[ \t\r\n]+', re.S)


class Number(str):
    """A number as it is spelled."""


def constant(name):
    raise ValueError(name)


def loads(data):
    """The value, or ValueError; without the deliberate differences."""
    value = json.loads(data.decode(), parse_int=Number, parse_float=Number,
                       parse_constant=constant)
    if depth(value) > DEPTH:
        raise ValueError("too deep")
    return value


def depth(value):
    deepest, todo = 0, [(value, 1)]
    while todo:
        value, level = todo.pop()
        if isinstance(value, (dict, list)):
            deepest = max(deepest, level)
            inner = value.values() if isinstance(value, dict) else value
            todo += [(v, level + 1) for v in inner]
    return deepest


def accepted(data):
    try:
        loads(data)
        return True
    except (ValueError, RecursionError):
        return False


def same(one, two):
    """Equal, of the same types: "1" is no number, True is not 1."""
    if type(one) is not type(two):
        return False
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(
            same(one[k], two[k]) for k in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(map(same, one, two))
    return one == two


def encodes(text):
    try:
        text.encode()
        return True
    except UnicodeEncodeError:
        return False


def text_is(text, value):
    """Is it what the value's text has to be?"""
    if value is None or isinstance(value, str) and not encodes(value):
        return text == NO_TEXT
    if not isinstance(text, bytes):
        return False
    if isinstance(value, bool):
        return text == (b"1" if value else b"")
    if isinstance(value, str):
        return text == value.encode()
    blank = [f for f in FIELD.findall(text) if not f.startswith(b'"')]
    return not blank and same(loads(text), value)


def updated(value, changes):
    value = dict(value)
    for op, key, new in changes:
        if op == "s":
            value[key] = new
        elif op == "u":
            value.pop(key, None)
        else:
            value.clear()
    return value


class Tool:
    def __init__(self, path):
        self.path = path

    def run(self, requests):
        """requests: (document, changes, keys); the answer of each."""
        data = b""
        chunks = []
        for document, changes, keys in requests:
            parts = [document]
            for op, key, value in changes:
                parts.append((op + key).encode())
                if op == "s":
                    parts.append(value.encode())
            parts += [("f" + key).encode() for key in keys]
            chunks.append(struct.pack("=I", len(parts)))
            chunks += [struct.pack("=I", len(p)) + p for p in parts]
        data = subprocess.run([self.path], input=b"".join(chunks),
                              stdout=subprocess.PIPE, check=True,
                              timeout=TIMEOUT).stdout
        return self.answers(data, requests)

    def answers(self, data, requests):
        self.data, self.pos = data, 0
        result = []
        for _, _, keys in requests:
            scanned, checked = self.number(), self.number()
            applied, texts = None, []
            if checked:
                applied = self.string()
                texts = [self.string() for _ in keys]
            result.append((bool(scanned), bool(checked), applied, texts))
        if self.pos != len(data):
            raise ValueError("more answers than requests")
        return result

    def number(self):
        self.pos += 4
        return struct.unpack_from("=I", self.data, self.pos - 4)[0]

    def string(self):
        n = self.number()
        if n in (MISSING, NO_TEXT):
            return n
        self.pos += n
        return self.data[self.pos - n:self.pos]


class Generator:
    """Documents in all spellings that Python would read."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def blank(self):
        r = self.random
        return "".join(r.choices(" \t\r\n", k=r.choice((0, 0, 0, 1, 2))))

    def characters(self):
        r = self.random
        if r.random() < 0.2:
            n = r.choice((15, 16, 17, 31, 32, 33))
        else:
            n = r.randrange(6)
        alphabet = 'ab0 "\\/\b\n\x01\x7fé€😀\ud800\udc00'
        return "".join(r.choices(alphabet, k=n))

    def string(self, text):
        r = self.random
        out = '"'
        for ch in text:
            if ch in '"\\' or ch < " " or "\ud800" <= ch <= "\udfff" \
                    or r.random() < 0.1:
                out += json.dumps(ch)[1:-1] if r.random() < 0.5 else \
                    "".join("\\u%04x" % u for u in struct.unpack(
                        "=%dH" % (1 + (ch > "\uffff")), ch.encode(
                            "utf-16" + "bl"[sys.byteorder == "little"] + "e",
                            "surrogatepass")))
            else:
                out += ch
        return out + '"'

    def number(self):
        r = self.random
        return r.choice(("", "-")) + r.choice(
            ("0", "7", "10", str(r.getrandbits(200)))) + r.choice(
            ("", "", ".0", ".125")) + r.choice(
            ("", "", "e5", "E+7", "e-0", "e400"))

    def value(self, level=0):
        r = self.random
        kind = r.randrange(8 if level < 5 else 6)
        if kind < 2:
            return self.string(self.characters())
        if kind < 4:
            return self.number()
        if kind < 6:
            return r.choice(("true", "false", "null"))
        if kind == 6:
            return self.object(level)
        items = [self.padded(self.value(level + 1))
                 for _ in range(r.randrange(4))]
        return "[" + (",".join(items) or self.blank()) + "]"

    def object(self, level=0):
        r = self.random
        items = []
        for _ in range(r.randrange(5)):
            key = r.choice(("a", "b", "ключ", self.characters()))
            items.append(self.padded(self.string(key)) + ":"
                         + self.padded(self.value(level + 1)))
        return "{" + (",".join(items) or self.blank()) + "}"

    def padded(self, text):
        return self.blank() + text + self.blank()

    def damaged(self, data):
        r = self.random
        data = bytearray(data)
        for _ in range(r.randrange(1, 4)):
            pos = r.randrange(len(data) + 1)
            op = r.randrange(4)
            if op == 0:
                data[pos:pos + r.randrange(1, 3)] = b""
            elif op == 1:
                data.insert(pos, r.choice(b'{}[]:,"\\0-+.eEtu \0\v'
                                          b'\xc3\xa9\xff'))
            elif op == 2:
                data[pos:pos + 1] = bytes([r.randrange(256)])
            else:
                del data[pos:]
        return bytes(data)

    def changes(self):
        r = self.random
        result = []
        for _ in range(r.randrange(5)):
            key = r.choice(("a", "b", "ключ", "", 'n"\\\x01'))
            op = r.choice("sssssuuuc")
            value = self.characters().encode(errors="ignore").decode()
            result.append((op, "" if op == "c" else key, value))
        return result


def suite(tap, tool, folder):
    files = sorted(pathlib.Path(folder).glob("*.json"))
    plain = [(f.read_bytes(), [], []) for f in files]
    member = [(b'{"a":' + d + b"}", [], ["a"]) for d, _, _ in plain]
    for kind, requests in (("alone", plain), ("as a value", member)):
        answers = tool.run(requests)
        for letter, want in (("y", True), ("n", False), ("i", None)):
            rows = [(f.name, a[0], accepted(r[0])) for f, r, a
                    in zip(files, requests, answers)
                    if f.name.startswith(letter)]
            wrong = [row for row in rows if row[1] != (
                row[2] if want is None or kind != "alone" else want)]
            tap.none(wrong, len(rows), f"suite, {letter}_, {kind}")
    values(tap, tool, [r[0] for r in member], "suite")


def values(tap, tool, documents, name):
    generator = Generator(SEED)
    requests, wanted = [], []
    for document in documents:
        try:
            value = loads(document)
        except (ValueError, RecursionError):
            value = None
        keys = ["no such key"]
        if isinstance(value, dict):
            keys += [k for k in value if encodes(k)][:20]
        requests.append((document, generator.changes(), keys))
        wanted.append(value)
    scans, texts, applies = [], [], []
    records = 0
    for request, value, (_, checked, applied, found) in zip(
            requests, wanted, tool.run(requests)):
        if checked != isinstance(value, dict):
            scans.append(request)
        if not checked or not isinstance(value, dict):
            continue
        records += 1
        if found[0] != MISSING or not all(
                text_is(t, value[k])
                for t, k in zip(found[1:], request[2][1:])):
            texts.append((request, found))
        if not isinstance(applied, bytes) or not same(
                loads(applied), updated(value, request[1])):
            applies.append((request, applied))
    tap.none(scans, len(documents), f"{name}: the same are records")
    tap.none(texts, records, f"{name}: texts of the values")
    tap.none(applies, records, f"{name}: changes, as in a dict")


def generated(tap, tool):
    generator = Generator(SEED)
    whole = [generator.padded(generator.object()).encode()
             for _ in range(DOCUMENTS // 2)]
    refused = [d for d in whole if not accepted(d)]
    tap.none(refused, len(whole), "the generator's documents are well-formed")
    values(tap, tool, whole, "generated")
    damaged = [generator.damaged(d) for d in whole]
    values(tap, tool, damaged, "damaged")
    good = sum(map(accepted, damaged))
    tap.none([] if 100 < good < len(damaged) - 100 else [good], 1,
             "of the damaged ones some are still well-formed, some are not")


def differences(tap, tool):
    """What Python and the codec judge differently, on purpose."""
    for name in CONSTANTS:
        json.loads(name)
    answers = tool.run([(c.encode(), [], []) for c in CONSTANTS])
    tap.none([c for c, a in zip(CONSTANTS, answers) if a[0]], len(answers),
             "NaN and Infinity are refused, Python reads them")

    deep = [b"[" * n + b"]" * n for n in (DEPTH, DEPTH + 1)]
    for document in deep:
        json.loads(document)
    answers = [a[0] for a in tool.run([(d, [], []) for d in deep])]
    tap.none([] if answers == [True, False] else answers, 2,
             "513 levels are refused, Python reads them")

    document = b'{"a":' + LONG_INTEGER.encode() + b"}"
    try:
        json.loads(document)
        wrong = ["read by Python"]
    except ValueError:
        wrong = []
    answer = tool.run([(document, [], ["a"])])[0]
    if answer[2] != document or answer[3] != [LONG_INTEGER.encode()]:
        wrong.append(answer)
    tap.none(wrong, 1, "a number of any length is kept, Python refuses it")


def main():
    sys.setrecursionlimit(RECURSION)
    tap, tool = Tap(), Tool(sys.argv[1])
    suite(tap, tool, sys.argv[2])
    generated(tap, tool)
    differences(tap, tool)
    return tap.done()


sys.exit(main())
