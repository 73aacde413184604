/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * The request whose trace is followed, and one beside it, which the
 * environment names: WHAT and BESIDE, by the numbers below, or 0 for none.
 * OWNER: the subject of the session; REPLACED: how often the id of its cookie
 * was replaced.  LOSES: the store loses the session's record (1), the
 * subject's (2), or both (3).
 */

byte  WHAT;
byte  BESIDE;
byte  OWNER;
byte  REPLACED;
byte  LOSES;

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
    :: what == 9 -> request(me, VICTIM, LOOK, 1, 0, 0)
    :: what == 10 -> request(me, VICTIM, LOGIN, 1, n, 0)
    :: what == 11 -> request(me, VICTIM, LOGIN, 0, n, 0)
    :: else
    fi
}

inline replaced_again(old, x) {
    replaced(old, x);
    sub[OWNER].older = (sub[OWNER].older -> x : 0)
}

inline scene_followed() {
    live(1, OWNER);
    if
    :: REPLACED -> replaced_again(1, 2)
    :: else
    fi;
    if
    :: REPLACED == 2 -> replaced_again(2, 3)
    :: else
    fi;
    run Clock(1);
    if
    :: LOSES & 1 -> run Lose(1, LIVE)
    :: else
    fi;
    if
    :: LOSES & 2 -> run LoseNames(OWNER)
    :: else
    fi;
    any_request(0, WHAT, 4);
    any_request(1, BESIDE, 3)
}
