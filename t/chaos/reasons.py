# Copyright (C) the ngx_http_session_module authors

"""Which requests failed, and did they have to?

A connection that breaks is no reason: what waits on it begins once more.  What
is lost nevertheless is counted by the links, command by command, and each such
loss is the reason of one request.
"""

from browser import PATIENCE
from checker import MOVES, describe
from relay import RECOVERY, overlaps

# s that a reload takes at most
RELOAD = 5


class Reasons:
    def __init__(self, checker, machines):
        self.checker = checker
        self.machines = machines
        self.failed = 0
        self.none = []
        self.count = dict.fromkeys((
            "a server was refused or late", "or soon before",
            "a reply was lost", "the subject's record is lost",
            "a reload closed the connection", "the machine stalled"), 0)

        self.breaks = sum(len(link.breaks) for link in machines.each())
        self.known = {key for needs in checker.needs.values()
                      for _, key in needs}

        for event in checker.events:
            if event.status == 0 or event.status >= 500 \
                    or event.seen[:1] == ["ERROR"]:
                self.judge(event)

    def judge(self, event):
        self.failed += 1
        test = {
            "a server was refused or late": lambda: self.is_ill(event, 0),
            "or soon before": lambda: self.is_ill(event, RECOVERY),
            "the subject's record is lost": lambda: self.is_lost(event),
            "a reply was lost": lambda: self.has_loss(event),
            "the machine stalled": lambda: self.has_stalled(event),
        }
        if event.status == 0:
            test = {"a reload closed the connection":
                    lambda: self.is_reload(event)}

        for name, holds in test.items():
            if holds():
                self.count[name] += 1
                return

        self.none.append(describe(event))

    def needs(self, event):
        """The records: those of the session's ids, and of its subject."""
        needs = self.checker.needs
        return needs.get(id(event.session), set()) \
            | needs.get(event.user, set())

    def is_ill(self, event, more):
        """A server was not well: one that it needs; of an id that nobody
        knows, any."""
        row = self.machines.links[event.nginx]
        links = {server for server, _ in self.needs(event)}
        if event.cookie is None or event.deed in MOVES \
                or not self.checker.is_sure(event):
            links = range(len(row))

        return any(row[server].was_ill(event, more) for server in links)

    def is_lost(self, event):
        cookie = event.got or event.cookie
        return cookie and cookie.bound and self.checker.is_lost(
            cookie.subject, cookie.begun, event.ended)

    def has_loss(self, event):
        """Takes what it has lost.  A save takes another key, once, for one
        that it was to add."""
        mine = [loss for link in self.machines.links[event.nginx]
                for loss in link.losses if self.is_hit(event, loss, link)]
        sure = [loss for loss in mine if not loss.added][:1]
        taken = sure or mine[:2]

        if len(taken) < 2 and not sure:
            return False

        for loss in taken:
            loss.used = True

        return True

    def is_hit(self, event, loss, link):
        if loss.used or not event.begun <= loss.at <= event.ended:
            return False

        if loss.again is not None and not any(
                event.begun <= at <= loss.again for at in link.breaks):
            return False

        if loss.key in self.known:
            return any(key == loss.key for _, key in self.needs(event))

        return event.cookie is None or event.deed in MOVES \
            or not self.checker.is_sure(event)

    def has_stalled(self, event):
        return overlaps(event, self.machines.pulse.stalls[event.nginx],
                        RECOVERY)

    def is_reload(self, event):
        return event.nginx is not None \
            and event.ended - event.begun < PATIENCE - 1 \
            and any(event.idle - RELOAD <= at <= event.ended
                    for at in self.machines.reloads[event.nginx])
