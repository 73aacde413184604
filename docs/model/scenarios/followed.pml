/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * The request whose trace is followed, and one beside it, which the
 * environment names: WHAT and BESIDE, 1 to 7 as below, or 0 for none.
 * OWNER: the subject of the session; REPLACED: the id of its cookie was
 * replaced; WHAT=8: a login without a session, beside one of its subject.
 */

byte  WHAT;
byte  BESIDE;
byte  OWNER;
bit   REPLACED;

inline any_request(me, what, n) {
    if
    :: what == 1 -> request(me, VICTIM, SAVE, 1, 0, 0)
    :: what == 2 -> request(me, VICTIM, RENEW, 1, 0, 0)
    :: what == 3 -> request(me, VICTIM, RESIGN, 1, 0, 0)
    :: what == 4 -> request(me, VICTIM, REGEN, 1, n, 0)
    :: what == 5 -> request(me, VICTIM, LOGIN, 1, n, 1)
    :: what == 6 -> request(me, VICTIM, LOGOUT, 1, 0, 0)
    :: what == 7 -> request(me, VICTIM, REVOKE, 1, 0, 0)
    :: what == 8 -> request(me, VICTIM, LOGIN, 0, n, 1)
    :: else
    fi
}

inline scene_followed() {
    live(1, OWNER);
    if
    :: REPLACED ->
        replaced(1, 2);
        sub[OWNER].older = (sub[OWNER].older -> 2 : 0)
    :: else
    fi;
    run Clock(1);
    any_request(0, WHAT, 4);
    any_request(1, BESIDE, 3)
}
