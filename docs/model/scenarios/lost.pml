/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * The store loses the subject's record, which a new login makes again; a
 * request of the session from before gets a new id, another logs in again.
 */

inline scene_lost() {
    live(1, 1);
    run LoseNames(1);
    run Lose(1, LIVE);
    request(0, VICTIM, REGEN, 1, 2, 0);
    request(1, VICTIM, LOGIN, 1, 3, 1);
    request(2, VICTIM, LOGIN, 0, 4, 1);
    if
    :: MORE ->
        request(3, VICTIM, RENEW, 1, 0, 0)
    :: else
    fi
}
