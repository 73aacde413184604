#!/usr/bin/python3
# Copyright (C) the ngx_http_session_module authors

"""pickle_cases.py TOOL CASES: TAP; the codec in TOOL on all captured
pickles in the folder CASES."""

import base64
import json
import pathlib
import sys
import zlib

from pickle_tool import (DATA, OPAQUE, RECORD, REJECTED, Request, Tool,
                         canonical, loads)
from tap import Tap

FLAG_PICKLE, FLAG_ZLIB = 1, 8
LONG_VALUE = 100            # characters of a value that are shown

GROUPS = ("tornado-memcached", "tornado-memcached-lloggerhead", "clients")


def cases(folder):
    for file in sorted(pathlib.Path(folder).glob("*.json")):
        case = json.loads(file.read_text())
        data = (case.get("memcached") or {}).get("value_base64")
        yield file.stem, case, base64.b64decode(data) if data else b""


def hostile(tap, tool, folder):
    wanted = {"accept": (RECORD, DATA), "opaque": (OPAQUE, RECORD),
              "reject": (REJECTED,)}
    wrong, total = [], 0
    rows = list(cases(folder))
    for (name, case, data), answer in zip(
            rows, tool.run([Request(data) for _, _, data in rows])):
        total += 1
        want = wanted.get(case["expect"])
        if want and answer.kind not in want:
            wrong.append((name, answer.kind, answer.error))
        elif case["expect"] == "opaque" and answer.kind == RECORD \
                and not answer.opaque:
            wrong.append((name, "nothing is opaque"))
        elif answer.kind != REJECTED and (
                case["decoded"] is not None or case["expect"] == "accept") \
                and loads(answer.value) != canonical(case["decoded"]):
            wrong.append((name, answer.value[:LONG_VALUE]))
    tap.none(wrong, total, "hostile pickles")


def is_pickle(case, data):
    """Was it captured as one, in the clear, and left whole?"""
    return isinstance(case.get("pickle"), dict) and data \
        and case["decoded"] is not None


def captured(tap, tool, group, folder):
    rows = []
    for name, case, data in cases(folder):
        flags = (case.get("memcached") or {}).get("flags") or 0
        if not is_pickle(case, data) or flags & ~(FLAG_PICKLE | FLAG_ZLIB):
            continue
        if flags & FLAG_ZLIB:
            data = zlib.decompress(data)
        rows.append((name, case, data))
    wrong = []
    for (name, case, data), answer in zip(
            rows, tool.run([Request(data) for _, _, data in rows])):
        kind = RECORD if isinstance(case["decoded"], dict) \
            and "$tuple" not in case["decoded"] else DATA
        if answer.kind != kind:
            wrong.append((name, answer.kind, answer.error))
        elif loads(answer.value) != canonical(case["decoded"]):
            wrong.append((name, answer.value[:LONG_VALUE]))
        elif kind == RECORD and answer.opaque != len(case["opaque"]):
            wrong.append((name, "opaque", answer.opaque))
    tap.none(wrong, len(rows), f"captured pickles of {group}")


def appended(tap, tool, folder):
    rows = list(cases(folder))
    requests = []
    for _, case, _ in rows:
        sets = [("s", k, v) for k, v in case["config"]["set"].items()]
        requests.append(Request(base64.b64decode(case["original_base64"]),
                                sets))
    answers = tool.run(requests)
    wrong = [(name, answer.apply_error or answer.applied[-LONG_VALUE:])
             for (name, _, data), answer in zip(rows, answers)
             if answer.applied != data]
    tap.none(wrong, len(rows), "keys appended, byte for byte")

    again = tool.run([Request(data, [("s", "k_new", "2")], [("k_new",)])
                      for _, _, data in rows])
    wrong = []
    requests = []
    for (name, case, _), answer in zip(rows, again):
        if loads(answer.value) != canonical(case["decoded"]):
            wrong.append((name, answer.value[:LONG_VALUE]))
        requests.append(Request(answer.applied, (), [("k_new",)]))
    tap.none(wrong, len(rows), "what was appended is read")

    wrong = []
    for (name, case, _), answer in zip(rows, tool.run(requests)):
        case["decoded"]["k_new"] = "2"
        if answer.texts != [b"2"] \
                or loads(answer.value) != canonical(case["decoded"]) \
                or answer.opaque != len(case["opaque"]):
            wrong.append((name, answer.value[:LONG_VALUE], answer.opaque))
    tap.none(wrong, len(rows), "changed again, plain ones written anew")


def main():
    tap = Tap()
    tool = Tool(sys.argv[1])
    folder = pathlib.Path(sys.argv[2])
    hostile(tap, tool, folder / "pickle-hostile")
    for group in GROUPS:
        captured(tap, tool, group, folder / group)
    appended(tap, tool, folder / "pickle-append")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
