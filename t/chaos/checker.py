# Copyright (C) the ngx_http_session_module authors

"""Looks afterwards at what was acknowledged, and at what was seen since.

Times are those of the browsers: what ended before a request began has to be
known to it.
"""

from bisect import bisect_left

from place import EJECT
from relay import RECOVERY, overlaps

# what the log says of a save that was acknowledged
SAVED = ("saved", "saved under a newer id")

# requests that change ids, and those that end sessions
MOVES = ("move", "login")
ENDS = ("logout", "revoke")

# logins of a user after which max_sessions may have ended an older session
LOGINS = 50


class Checker:
    def __init__(self, events, log, machines):
        self.events = sorted(events, key=lambda e: e.begun)
        self.saves = dict(line.rsplit("|", 1) for line in log.splitlines()
                          if "|" in line)
        self.machines = machines
        self.wrong = {"undone": [], "lost": [], "foreign": [], "refused": []}
        self.acknowledged = {}      # of a session and a key: (times, values)
        self.moves = {}             # of a session: events
        self.dead = {}              # of a session: when its end was known
        self.asked = {}             # of a session: when an end was asked for
        self.revoked = {}           # of a user: (begun, ended or None)
        self.logins = {}            # of a user: times
        self.needs = {}             # of a session, of a user: (server, key)
        self.empty = 0              # sessions whose server was not there
        self.looked = {"undone": 0, "lost": 0, "foreign": 0, "refused": 0}

    def run(self):
        for event in self.events:
            self.note(event)
        for event in self.events:
            self.judge(event)

    # what was acknowledged

    def saved(self, event):
        return event.status == 200 and self.saves.get(event.number) in SAVED

    def note(self, event):
        session = id(event.got.session if event.got else event.session)

        if event.key is not None and self.saved(event):
            times, values = self.acknowledged.setdefault(
                (session, event.key), ([], []))
            times.append(event.ended)
            values.append(event.value)

        if event.got is not None:
            got = event.got
            self.needs.setdefault(session, set()).add((got.server, got.key))
            if got.bound:
                self.needs.setdefault(event.user, set()).add(
                    (got.subject, got.subject_key))

        if event.deed in MOVES:
            self.moves.setdefault(session, []).append(event)

        if event.deed == "login":
            self.logins.setdefault(event.user, []).append(event.begun)

        if event.deed in ENDS:
            self.asked.setdefault(session, event.begun)
            if self.saved(event):
                self.dead.setdefault(session, event.ended)

        # before the login it ends that session alone

        if event.deed == "revoke" and event.cookie.bound:
            self.revoked.setdefault(event.user, []).append(
                (event.begun, event.ended if self.saved(event) else None))

    # what was seen

    def judge(self, event):
        status = event.seen[0] if event.seen else ""

        if event.deed in ("read", "p0", "p1"):
            self.looked["refused"] += 1
            if event.status >= 500:
                self.blame("refused", event, "5xx beside session_on_error pass")

        if event.cookie is None:
            return

        if self.is_over(event):
            self.looked["undone"] += 1
            if status == "HIT":
                self.blame("undone", event, "a session that had ended")

        if status == "HIT":
            self.judge_owner(event)
            if self.is_sure(event) and self.is_current(event):
                self.judge_values(event)

        elif status == "EXPIRED" and self.is_away(event):
            self.empty += 1

        elif status in ("EXPIRED", "NONE", "FORGED") and self.is_due(event):
            self.blame("lost", event, f"{status}, though its servers lived")

    def blame(self, what, event, why):
        self.wrong[what].append(f"{why}: {describe(event)}")

    def judge_owner(self, event):
        self.looked["foreign"] += 1
        session = event.session
        if event.seen[1] != session.owner \
                or event.seen[2] not in ("", session.user):
            self.blame("foreign", event, "of another session")

    def judge_values(self, event):
        if event.deed not in ("read", "need"):
            return

        for key, seen in enumerate(event.seen[3:]):
            times, values = self.acknowledged.get((id(event.session), key),
                                                  ([], []))
            n = bisect_left(times, event.begun)
            if n == 0:
                continue
            self.looked["lost"] += 1
            if int(seen or 0) < values[n - 1]:
                self.blame("lost", event, f"w{key} was {values[n - 1]}")

    def is_over(self, event):
        """An end was acknowledged before the request began."""
        if self.dead.get(id(event.session), event.begun) < event.begun:
            return True

        return event.cookie.bound and any(
            ended is not None and event.cookie.got < begun
            and ended < event.begun
            for begun, ended in self.revoked.get(event.user, []))

    def is_sure(self, event):
        """Each new id that was asked for came, before or behind this."""
        return all(move.got is not None or move.begun > event.ended
                   for move in self.moves.get(id(event.session), []))

    def is_current(self, event):
        """The cookie is the last one, and none is on its way."""
        return not any(move.begun < event.ended
                       and move.ended > event.cookie.got
                       and move.got is not event.cookie
                       for move in self.moves.get(id(event.session), []))

    def is_due(self, event):
        """Nothing is known that may have ended the session."""
        cookie = event.cookie
        logins = self.logins.get(event.user, [])

        if not self.is_sure(event) or not self.is_current(event) \
                or self.asked.get(id(event.session), event.ended) \
                < event.ended \
                or self.is_lost(cookie.server, cookie.begun, event.ended):
            return False

        self.looked["lost"] += 1

        if not cookie.bound:
            return True

        return not (
            any(begun < event.ended and (ended is None or ended > cookie.begun)
                for begun, ended in self.revoked.get(event.user, []))
            or self.is_lost(cookie.subject, cookie.begun, event.ended)
            or bisect_left(logins, event.ended)
            - bisect_left(logins, cookie.begun) > LOGINS)

    def is_away(self, event):
        """Its server was not there, or not in time: with "eject" another one
        is asked, which does not have it."""
        link = self.machines.links[event.nginx][event.cookie.server]
        stalls = self.machines.pulse.stalls[event.nginx]

        return EJECT and (link.was_ill(event, RECOVERY)
                          or overlaps(event, stalls, RECOVERY))

    def is_lost(self, server, since, until):
        return any(since <= at <= until for at in self.machines.losses[server])


def describe(event):
    cookie = event.cookie

    return (f"{event.number} {event.deed} {event.session.owner} at "
            f"{event.begun:.3f}-{event.ended:.3f}, {event.status} {event.seen}"
            + (f", cookie of {cookie.got:.3f} on {cookie.server} and "
               f"{cookie.subject}" if cookie else ""))
