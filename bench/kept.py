# Copyright (C) the ngx_http_session_module authors

"""The numbers of bench/instructions that are kept in the tree.

They hold for the programs and the processor that they name: libc, libcrypto
and nginx take another number of instructions in another version, and libc
chooses its functions by what the processor can do.
"""

import datetime
import json
import os
import re
import subprocess

import stand

NAME = "bench/instructions.json"
FILE = os.path.dirname(stand.BENCH) + "/" + NAME
CONNECTIONS = "16"
SIDES = "bare,load,seen,save"
MARGIN = 0.03
UPDATE = "make keep-instructions"

# of those that libc and we choose functions by, what valgrind has, too
FEATURES = ["avx", "avx2", "bmi2", "ssse3"]


def first_line(*argv):
    result = subprocess.run(argv, capture_output=True, text=True, check=True)
    return (result.stdout or result.stderr).strip().split("\n")[0]


def compiler(module=stand.MODULE):
    """What the module says of its compiler, whichever is in PATH."""
    with open(module, "rb") as f:
        names = re.findall(rb"(?:GCC: \([^)]*\)|clang version) [\w.+~-]+",
                           f.read())
    return b", ".join(sorted(set(names))).decode()


def machine():
    """What instruction counts depend on."""
    with open("/proc/cpuinfo") as f:
        flags = re.search(r"^(?:flags|Features)\s*: (.*)", f.read(), re.M)
    flags = flags[1].split() if flags else []
    return {
        "nginx": first_line(stand.NGINX, "-v").partition(": ")[2],
        "libc": first_line("ldd", "--version"),
        "libcrypto": first_line("openssl", "version").partition(" (")[0],
        "compiler": compiler(),
        "valgrind": first_line("valgrind", "--version"),
        "processor": " ".join([os.uname().machine,
                               *(f for f in FEATURES if f in flags)]),
    }


def load():
    with open(FILE) as f:
        return json.load(f)


def compares_nothing():
    """Why the numbers say nothing here, or ''."""
    here = machine()
    there = load()["machine"]
    others = [f"  {what}: {there.get(what)} there, {here[what]} here"
              for what in here if here[what] != there.get(what)]
    if not others:
        return ""
    return "\n".join([
        f"check-instructions compares nothing here: the numbers of {NAME} "
        "are those of", "another machine:", *others])


def check(above):
    """Prints what has changed; false: something costs more, or far less."""
    numbers = load()
    good = True
    for name, old in numbers["instructions"].items():
        side, connections = name.split()
        new = above[side, int(connections)]
        change = new / old - 1
        what = f"{side}, {connections} connections: {new:,.0f} instructions " \
               f"above bare, kept are {old:,} ({change:+.1%})"
        if change > MARGIN:
            good = False
            print(f"{what}: MORE than the margin of {MARGIN:.0%}")
        elif change < -MARGIN:
            print(f"{what}: less; keep it")
        else:
            print(what)
    if not good:
        print("\nbench/instructions --functions 30 says where they are spent. "
              "If the change is worth\nthem, say so in its commit, and put "
              f"the new numbers into {NAME}:\n\n    {UPDATE}\n")
    return good


def keep(above):
    numbers = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "instructions": {f"{side} {connections}": round(n)
                         for (side, connections), n in above.items()
                         if side != "bare"},
    }
    with open(FILE, "w") as f:
        json.dump(numbers, f, indent=1)
        f.write("\n")
    print(f"kept in {NAME}")
