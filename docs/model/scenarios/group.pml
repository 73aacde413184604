/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * A browser's parallel changes, which may be written together, one of them
 * with a new cookie, beside a new id and a logout.
 */

inline scene_group() {
    live(1, 1);
    request(0, VICTIM, SAVE, 1, 0, 0);
    request(1, VICTIM, RENEW, 1, 0, 0);
    request(2, VICTIM, REGEN, 1, 2, 0);
    if
    :: MORE ->
        request(3, VICTIM, SAVE, 1, 0, 0)
    :: else ->
        request(3, VICTIM, LOGOUT, 1, 0, 0)
    fi
}
