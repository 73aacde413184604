/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * An id that was replaced twice: two logouts with old ids, while the newest
 * is replaced.
 */

inline scene_chain() {
    SUBJECT = 0;
    live(1, 0);
    replaced(1, 2);
    replaced(2, 3);
    run Clock(1);
    request(0, VICTIM, LOGOUT, 1, 0, 0);
    request(1, VICTIM, LOGOUT, 2, 0, 0);
    request(2, VICTIM, REGEN, 3, 4, 0)
}
