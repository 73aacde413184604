"""Sessions of a Tornado application in memcached.

The system that profile tornado shares sessions with, written from its
description: two cookies that Tornado signs, one with the session's id, one
with an HMAC of it; the data, a dictionary, pickled under the id.  A session is
alive for one request; what it holds is kept by save().
"""

import hashlib
import hmac
import pickle
import uuid

import memcache


class InvalidSessionException(Exception):
    """The verification does not belong to the id."""


class SessionData(dict):

    def __init__(self, session_id, hmac_key):
        super().__init__()
        self.session_id = session_id
        self.hmac_key = hmac_key


class SessionManager:
    """secret and times in seconds; names: the two cookies."""

    def __init__(self, secret, memcached_address, session_timeout,
                 names=("session_id", "verification"), expires_days=30):
        self.secret = secret
        self.session_timeout = session_timeout
        self.names = names
        self.expires_days = expires_days
        self.client = memcache.Client(memcached_address)

    def get(self, handler=None):
        session_id = verification = None

        if handler is not None:
            session_id = self._cookie(handler, self.names[0])
            verification = self._cookie(handler, self.names[1])

        exists = session_id is not None

        if not exists:
            session_id = self._generate_id()
            verification = self._generate_hmac(session_id)

        if verification != self._generate_hmac(session_id):
            raise InvalidSessionException()

        session = SessionData(session_id, verification)

        if exists:
            session.update(self._fetch(session_id))

        return session

    def set(self, handler, session):
        for name, value in zip(self.names,
                               (session.session_id, session.hmac_key)):
            handler.set_secure_cookie(name, value,
                                      expires_days=self.expires_days)

        self.client.set(session.session_id,
                        pickle.dumps(dict(session), pickle.HIGHEST_PROTOCOL),
                        time=self.session_timeout)

    @staticmethod
    def _cookie(handler, name):
        value = handler.get_secure_cookie(name)
        return value.decode() if value is not None else None

    def _fetch(self, session_id):
        raw = self.client.get(session_id)

        if raw is None:
            return {}

        # the life begins anew, in a second round trip
        self.client.replace(session_id, raw, time=self.session_timeout)
        data = pickle.loads(raw)

        return data if isinstance(data, dict) else {}

    def _generate_id(self):
        text = self.secret + str(uuid.uuid4())
        return hashlib.sha256(text.encode()).hexdigest()

    def _generate_hmac(self, session_id):
        # key and message have changed places
        return hmac.new(session_id.encode(), self.secret.encode(),
                        hashlib.sha256).hexdigest()


class Session(SessionData):
    """The session of one request."""

    def __init__(self, manager, handler):
        try:
            current = manager.get(handler)
        except InvalidSessionException:
            current = manager.get()

        super().__init__(current.session_id, current.hmac_key)
        self.update(current)
        self.manager = manager
        self.handler = handler

    def save(self):
        self.manager.set(self.handler, self)
