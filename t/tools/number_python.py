#!/usr/bin/python3
# Copyright (C) the ngx_http_session_module authors

"""number_python.py TOOL: TAP; the numbers of TOOL against Python's own.

Ints as pickle's bytes and decimal lines, floats as repr() and as the lines
of protocol 0.  All of it in the C locale, floats once more in a locale with
a decimal comma, which is made here: a bare Debian has none.
"""

import math
import os
import pathlib
import pickle
import random
import struct
import subprocess
import sys
import tempfile

from tap import Tap

SEED = 20261123
INTS = 20000
FLOATS = 60000
TIMEOUT = 120               # s
DECLINED, REFUSED = 0xFFFFFFFF, 0xFFFFFFFE
DIGITS = sys.int_info.default_max_str_digits
BYTES = 1800                # more than so many digits have
TEXT = 512                  # NSESS_FLOAT_TEXT_MAX

COMMA = """LC_NUMERIC
decimal_point  ","
thousands_sep  "."
grouping       3;3
END LC_NUMERIC
"""


class Tool:
    def __init__(self, path, env):
        self.path, self.env = path, env

    def run(self, op, arguments):
        chunks = [op + struct.pack("=I", len(a)) + a for a in arguments]
        data = subprocess.run([self.path], input=b"".join(chunks),
                              stdout=subprocess.PIPE, check=True,
                              env=self.env, timeout=TIMEOUT).stdout
        answers, pos = [], 0
        while pos < len(data):
            n = struct.unpack_from("=I", data, pos)[0]
            pos += 4
            if n in (DECLINED, REFUSED):
                answers.append(n)
            else:
                answers.append(data[pos:pos + n])
                pos += n
        self.half = answers.pop(0)
        if len(answers) != len(chunks):
            raise ValueError("not as many answers as requests")
        return answers


def to_bytes(n):
    """As the pickler writes it."""
    return pickle.encode_long(n)


def ints(r):
    edges = [0]
    for bits in (7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 2039, 2040, 8 * 1785,
                 8 * 1786):
        edges.append(1 << bits)
    edges += [10 ** n for n in range(0, DIGITS, 7)]
    edges += [10 ** n for n in (18, 19, DIGITS - 1, DIGITS)]
    result = [s * (n + d) for n in edges for d in (-1, 0, 1) for s in (-1, 1)]
    for _ in range(INTS - len(result)):
        size = r.choice((9, 9, 40, 40, 300)) if r.random() < 0.98 else BYTES
        n = r.getrandbits(8 * r.randrange(size + 1))
        result.append(r.choice((n, ~n)))
    return result


def text(n):
    try:
        return str(n).encode()
    except ValueError:
        return DECLINED


def is_int64(n):
    return -1 << 63 <= n < 1 << 63


def test_ints(tap, tool, r):
    values = ints(r)
    minimal = [to_bytes(n) for n in values]
    padded = [b + (b"\xff" if n < 0 else b"\0") * r.randrange(1, 20)
              for b, n in zip(minimal, values)]
    small = [b if is_int64(n) else DECLINED for b, n in zip(minimal, values)]
    texts = [text(n) for n in values]
    for name, spelled in (("minimal", minimal), ("padded", padded)):
        tap.same(spelled, tool.run(b"w", spelled), texts,
                 f"{name} bytes: repr()")
        tap.same(spelled, tool.run(b"g", spelled), small,
                 f"{name} bytes: int64")
    rows = [row for row in zip(texts, minimal, small) if row[0] != DECLINED]
    texts, minimal, small = zip(*rows)
    tap.same(texts, tool.run(b"r", texts), minimal, "decimal: bytes")
    tap.same(texts, tool.run(b"s", texts), small, "decimal: int64")


def long_line(spelled):
    """What both of Python's unpicklers make of a LONG."""
    results = []
    for loads in (pickle.loads, pickle._loads):
        try:
            results.append(to_bytes(loads(b"L" + spelled + b"L\n.")))
        except (ValueError, pickle.UnpicklingError):
            results.append(REFUSED)
    return results[0] if results[0] == results[1] else REFUSED


def test_int_texts(tap, tool, r):
    plain = [b"0", b"-0", b"+0", b"+5", b"", b"-", b"+", b"--1", b"+-1",
             b"1 2", b"a", b"1a", b"-a", b"1.0", b"1e5", b"1,000", b"1\0",
             b"\xb2", b"010", b"-01", "\u0661".encode()]
    plain += [s + b"9" * n for n in (DIGITS, DIGITS + 1) for s in (b"", b"-")]
    plain += [bytes(r.choices(b"0123456789-+ae.,/:", k=r.randrange(1, 6)))
              for _ in range(2000)]
    stricter = (b"00", b"000", b"-00", b"+000")
    plain = [p for p in plain if p.strip(b"+-") in (b"0", b"")
             or p.strip(b"+-0")]
    tap.same(plain, tool.run(b"r", plain), [long_line(p) for p in plain],
             "lines: read and refused as a LONG is")
    stricter += (b" 1", b"1 ", b"\t1", b"1_0", b"0x10", b"0o7", b"0b1", b"1L")
    tap.same(stricter, tool.run(b"r", stricter), [REFUSED] * len(stricter),
             "lines that Python reads, and the pickler never writes: refused")
    every = list(plain) + list(stricter)
    wanted = [REFUSED if b == REFUSED else DECLINED if len(b) > 8 else b
              for b in tool.run(b"r", every)]
    tap.same(every, tool.run(b"s", every), wanted, "lines: the same as int64")


def floats(r):
    result = [0.0, math.inf, math.nan, 5e-324, sys.float_info.max,
              sys.float_info.min, 1e16, 1e-4, 1e-5, 0.1, 1e22, 1e23,
              9007199254740993.0, 123456789012345680.0]
    result += [math.ldexp(1.0, n) for n in range(-1074, 1024)]
    result += [float(f"1e{n}") for n in range(-323, 309)]
    result += [float(f"{r.randrange(1, 10 ** 3)}e{r.randrange(-323, 306)}")
               for _ in range(2000)]
    result += [float(10 ** 16 + n) for n in range(-500, 500)]
    result += [float(n) for n in range(500)]
    result += [r.getrandbits(r.randrange(1, 64)) / 10 ** r.randrange(20)
               for _ in range(8000)]
    result += [r.choice((round(r.uniform(-1e6, 1e6), r.randrange(8)),
                         1.7e9 + r.random())) for _ in range(8000)]
    result += [from_bits(r.getrandbits(r.randrange(1, 53)))
               for _ in range(8000)]
    near = [math.nextafter(x, y) for x in result[:3000]
            for y in (-math.inf, math.inf)]
    result += near
    result += [-x for x in result[:3000]]
    result += [from_bits(r.getrandbits(64))
               for _ in range(FLOATS - len(result))]
    return result


def from_bits(bits):
    return struct.unpack(">d", struct.pack(">Q", bits))[0]


def test_floats(tap, tool, r, where):
    values = floats(r)
    data = [struct.pack(">d", x) for x in values]
    texts = [repr(x).encode() for x in values]
    tap.same(data, tool.run(b"f", data), texts, f"floats {where}: repr()")
    again = [struct.pack(">d", float(t)) for t in texts]
    tap.same(texts, tool.run(b"p", texts), again,
             f"floats {where}: read back")
    longer = [f"%{r.choice(('', '+'))}.{r.randrange(40)}"
              f"{r.choice('eEfg')}" % x for x in values[::7]]
    longer = [t.encode() for t in longer]
    tap.same(longer, tool.run(b"p", longer), [float_line(t) for t in longer],
             f"floats {where}: other spellings")
    half = [halfway(x) for x in values if 1e-290 < abs(x) < 1e290][::23]
    tap.same(half, tool.run(b"p", half), [float_line(t) for t in half],
             f"floats {where}: halfway between two")


def halfway(x):
    """A text of the middle of two doubles, or of what is close to it."""
    above = math.nextafter(x, math.inf)
    number, unit = (x.as_integer_ratio(), above.as_integer_ratio())
    top = number[0] * unit[1] + unit[0] * number[1]
    bottom = 2 * number[1] * unit[1]
    power = 420
    digits = abs(top) * 10 ** power // bottom
    spelled = str(digits).encode()[:400]
    power -= len(str(digits)) - len(spelled)
    return (b"-" if top < 0 else b"") + spelled + b"e%d" % -power


def float_line(spelled):
    """What Python makes of a FLOAT."""
    try:
        return struct.pack(">d", pickle.loads(b"F" + spelled + b"\n."))
    except (ValueError, OverflowError, pickle.UnpicklingError):
        return REFUSED


def test_float_texts(tap, tool, r, where):
    plain = [b"inf", b"-INF", b"+Infinity", b"nan", b"-nan", b"NaN", b"infi",
             b"infinit", b"infinityx", b"nan()", b"i", b"in", b"-", b"+", b"",
             b".", b"-.", b".5", b"5.", b"-.5e1", b"5.e1", b".e1", b"e1",
             b"1e", b"1e+", b"1e-", b"1e+-1", b"1e 1", b"1,5", b"0,5",
             b"1.000,5", b"1_0", b" 1", b"1 ", b"\t1", b"1\r", b"0x10",
             b"0x1p3", b"1.5.5", b"1e5e5", b"1e5.5", b"--1", b"+-1", b"1d5",
             b"1f", b"\xb2", b"1\xff", "\u0661".encode(), b"1e400", b"-1e400",
             b"1e-400", b"-1e-400", b"2e308", b"2e-324", b"3e-324", b"4e-324",
             b"1.7976931348623158e308", b"1.7976931348623159e308",
             b"0e99999999999999999999", b"1e99999999999999999999",
             b"1e-99999999999999999999",
             b"0" * 100 + b"1e0000000000000000000001"]
    plain += [b"0." + b"0" * n + b"1e" + b"%d" % n for n in (1, 100, 490)]
    plain += [b"1" + b"0" * n + b"e-%d" % n for n in (1, 308, 309, 490)]
    plain += [b"0" * (TEXT - 1) + b"1"]
    plain += [bytes(r.choices(b"0123456789.eE+-,", k=r.randrange(1, 9)))
              for _ in range(5000)]
    tap.same(plain, tool.run(b"p", plain), [float_line(p) for p in plain],
             f"lines {where}: read and refused as a FLOAT is")
    long = [b"0" * TEXT + b"1"]
    tap.same(long, tool.run(b"p", long), [REFUSED],
             f"lines {where}: refused above {TEXT} bytes")


def comma_locale(folder):
    """Compiles it; needs nothing but localedef, of libc-bin."""
    ascii_map = folder / "ascii"
    source = folder / "comma.src"
    ascii_map.write_text(
        "<code_set_name> ASCII\n<comment_char> %\n<escape_char> /\nCHARMAP\n"
        + "".join(f"<U{c:04X}> /x{c:02x} {c}\n" for c in range(128))
        + "END CHARMAP\n")
    source.write_text(COMMA)
    subprocess.run(["localedef", "-c", "-f", ascii_map, "-i", source,
                    folder / "comma"], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=TIMEOUT)
    return {"LOCPATH": str(folder), "LC_NUMERIC": "comma"}


def main():
    tap, r = Tap(), random.Random(SEED)
    env = {k: v for k, v in os.environ.items()
           if k != "LANG" and not k.startswith("LC_")}
    tool = Tool(sys.argv[1], env)
    test_ints(tap, tool, r)
    test_int_texts(tap, tool, r)
    test_floats(tap, tool, r, "in C")
    test_float_texts(tap, tool, r, "in C")
    with tempfile.TemporaryDirectory() as name:
        tool = Tool(sys.argv[1], {**env, **comma_locale(pathlib.Path(name))})
        test_floats(tap, tool, r, "beside a comma")
        test_float_texts(tap, tool, r, "beside a comma")
        tap.same([0.5], [tool.half], [b"0,5"], "there was a comma")
    return tap.done()


sys.exit(main())
