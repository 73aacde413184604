# Copyright (C) the ngx_http_session_module authors

"""Draws what bench/growth found: both axes logarithmic, so that what grows
linearly rises as the grey line does, and what does not grow lies flat."""

import datetime
import math
import os

import kept
from svg import line, text

COLOURS = {"load": "#1b6ca8", "read": "#2a9d8f", "save": "#e76f51"}
WIDTH, HEIGHT, LEFT, GAP, TOP = 400, 240, 80, 70, 70


def caption():
    there = kept.machine()
    with open("/proc/cpuinfo") as f:
        model = next((line.partition(":")[2].strip() for line in f
                      if line.startswith("model name")), "unknown")
    return (f"{datetime.date.today()}, {model}, {os.cpu_count()} cores, "
            f"{there['nginx']}, {there['libcrypto']}; user instructions per "
            "request, all of the worker's")


class Panel:

    def __init__(self, number, title, lines):
        self.left = LEFT + number % 2 * (WIDTH + GAP + LEFT)
        self.top = TOP + number // 2 * (HEIGHT + GAP)
        self.title, self.lines = title, lines
        self.xs = list(map(int, next(iter(lines.values()))))
        values = [v for line in lines.values() for v in line.values()]
        self.low = math.floor(math.log10(min(values)))
        self.high = math.ceil(math.log10(max(values)))

    def x(self, value):
        first, last = (math.log10(self.xs[i]) for i in (0, -1))
        return self.left + WIDTH * (math.log10(value) - first) / (last - first)

    def y(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.top + HEIGHT * (1 - share)

    def draw(self):
        right, bottom = self.left + WIDTH, self.top + HEIGHT
        yield text(self.left, self.top - 12, self.title, "start", "bold")
        for exponent in range(self.low, self.high + 1):
            y = self.y(10 ** exponent)
            yield line(self.left, y, right, y, "#ccc")
            yield text(self.left - 6, y + 4, f"{10 ** exponent:,}", "end")
        for x in self.xs:
            yield text(self.x(x), bottom + 16, f"{x:,}", "middle")

        # linear: as much again for each unit of x, from the lower right

        factor = min(self.xs[-1] / self.xs[0], 10 ** (self.high - self.low))
        top = 10 ** self.low * factor
        yield line(self.x(self.xs[-1] / factor), bottom, right, self.y(top),
                   "#999")

        for does, values in self.lines.items():
            yield from self.graph([(self.x(int(x)), self.y(v))
                                   for x, v in values.items()], COLOURS[does])

    def graph(self, points, colour):
        for (x1, y1), (x2, y2) in zip(points, points[1:]):
            yield line(x1, y1, x2, y2, colour, 2)
        for x, y in points:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'


def plot(found, words):
    rows = (len(found) + 1) // 2
    width = 2 * (LEFT + WIDTH) + GAP + 30
    height = TOP + rows * (HEIGHT + GAP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
             f'height="{height}">',
             '<rect width="100%" height="100%" fill="#fff"/>',
             text(LEFT, 20, words, "start")]
    for i, (what, colour) in enumerate((
            ("load", COLOURS["load"]),
            ("load and read one variable", COLOURS["read"]),
            ("load and save", COLOURS["save"]), ("linear growth", "#999"))):
        x = LEFT + i * 200
        parts += [line(x, 36, x + 20, 36, colour, 2),
                  text(x + 26, 40, what, "start")]
    for number, (title, lines) in enumerate(found):
        parts += Panel(number, title, lines).draw()
    parts.append("</svg>")
    return "\n".join(parts) + "\n"
