/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * The victim has two sessions, a thief knows the cookie of the first.  The
 * victim ends all sessions from the second, and logs in anew; the thief has
 * requests under way: a new id, a change, a cookie to be signed again.
 */

inline scene_revoke() {
    STOLEN = 1;
    live(1, 1);
    live(2, 1);
    known_to_attacker(1);
    request(0, VICTIM, REVOKE, 2, 0, 0);
    request(1, ATTACKER, REGEN, 1, 3, 0);
    request(2, ATTACKER, RENEW, 1, 0, 0);
    request(3, VICTIM, LOGIN, 0, 4, 1);
    if
    :: MORE ->
        request(4, VICTIM, LOGOUT, 1, 0, 0)
    :: else
    fi
}
