# Copyright (C) the ngx_http_session_module authors

"""Makes the Markdown report of a run's figures: ratios to bare, bars."""

from statistics import median

MARGIN = 0.10

TITLES = {
    "bare": "(a) bare `empty_gif`",
    "load": "(b) `session app require`, one `mg`",
    "seen": "(b) the same, with a cookie seen before",
    "save": "(c) the same and `session_set`, waited",
    "save_one": "(c') the same, all of them of one session",
    "login": "(h) a login, each of another subject",
    "login_one": "(h') the same, all of one subject",
    "proxy": "(d) proxy to a small upstream",
    "proxy_session": "(d) the same with `session app require`",
    "memc": "(e) `auth_request` → memc lookup",
    "lua": "(f) Lua: HMAC, cosocket `mg`, cjson",
    "tornado": "(g) `auth_request` → Tornado, the original way",
    "tornado_tuned": "(g') `auth_request` → Tornado, tuned",
}

# (what, figure, side, against, {connections: bar}); figures that end in _us
# have an upper bar, rps has a lower one
BARS = [
    ("load: worker CPU × bare", "cpu_us", "load", "bare",
     {1: 2.0, 16: 1.40, 64: 1.20, 256: 1.20}),
    ("load: requests per second × bare", "rps", "load", "bare",
     {16: 0.60, 64: 0.80, 256: 0.80}),
    ("load and waited save: worker CPU × bare", "cpu_us", "save", "bare",
     {1: 2.8, 16: 1.8, 64: 1.40, 256: 1.40}),
    ("the same of one session × of many: worker CPU", "cpu_us", "save_one",
     "save", {64: 1.5}),
    ("a login of one subject × of many: worker CPU", "cpu_us", "login_one",
     "login", {64: 5}),
    ("proxied with session: requests per second × without", "rps",
     "proxy_session", "proxy", {64: 0.92, 256: 0.92}),
    ("load: worker CPU × (e) memc", "cpu_us", "load", "memc",
     {64: 1 / 4.5}),
    ("load: worker CPU × (f) Lua", "cpu_us", "load", "lua", {64: 1 / 2.5}),
    ("load: requests per second × (g) Tornado", "rps", "load", "tornado",
     {64: 50}),
    ("load: memcached's CPU per request, µs", "memcached_us", "load", None,
     {64: 3}),
]


class Figures:

    def __init__(self, run):
        self.samples = {}
        for sample in run["samples"]:
            key = sample["side"], sample["connections"]
            self.samples.setdefault(key, []).append(sample)

    def has(self, side, connections):
        return (side, connections) in self.samples

    def median(self, side, connections, figure):
        return median(s[figure] for s in self.samples[side, connections])

    def ratio(self, side, against, connections, figure):
        """The median of the rounds' ratios; both by the bare beside them."""
        if against is None:
            return self.median(side, connections, figure)

        def relative(s):
            return s[figure] / s["bare"][figure]

        if against == "bare":
            return median(map(relative, self.samples[side, connections]))

        return median(relative(a) / relative(b) for a, b in
                      zip(self.samples[side, connections],
                          self.samples[against, connections]))


def verdict(figure, value, bar):
    excess = bar / value if figure == "rps" else value / bar
    if excess <= 1:
        return "met"
    return "within 10 %" if excess <= 1 + MARGIN else "**not met**"


def number(value):
    return f"{value:.3f}" if value < 0.1 else \
        f"{value:.2f}" if value < 10 else f"{value:.1f}"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def ratio_table(figures, run, title, figure):
    counts = run["settings"]["connections"]
    rows = [[TITLES[side],
             *(number(figures.ratio(side, "bare", c, figure))
               for c in counts)]
            for side in run["settings"]["sides"] if side != "bare"]
    return table([title, *map(str, counts)], rows)


def median_table(figures, run, title, figure, digits):
    counts = run["settings"]["connections"]
    rows = [[TITLES[side],
             *(f"{figures.median(side, c, figure):,.{digits}f}"
               for c in counts)]
            for side in run["settings"]["sides"]]
    return table([title, *map(str, counts)], rows)


def bar_table(figures):
    rows = []
    for what, figure, side, against, bars in BARS:
        for connections, bar in bars.items():
            if not figures.has(side, connections) or (
                    against not in (None, "bare")
                    and not figures.has(against, connections)):
                continue
            value = figures.ratio(side, against, connections, figure)
            rows.append([what, str(connections), number(value),
                         ("≥ " if figure == "rps" else "≤ ") + number(bar),
                         verdict(figure, value, bar)])
    if not rows:
        return ""
    return table(["bar", "connections", "measured", "wanted", ""], rows)


def report(run):
    figures = Figures(run)
    settings = run["settings"]
    parts = [
        "\n".join(f"{key}: {value}" for key, value in run["machine"].items()),
        f"{settings['rounds']} rounds of {settings['seconds']} s, each side "
        "paired with bare beside it;\nmedians; × bare unless told otherwise.",
        ratio_table(figures, run, "requests per second × bare, connections:",
                    "rps"),
        ratio_table(figures, run, "worker CPU × bare, connections:",
                    "cpu_us"),
        median_table(figures, run, "worker CPU per request, µs", "cpu_us", 1),
        median_table(figures, run, "of these in the kernel, µs", "system_us",
                     1),
        median_table(figures, run, "requests per second", "rps", 0),
        bar_table(figures),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"
