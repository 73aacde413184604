/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * A session of 1 becomes one of 2, while its browser logs out with the old
 * cookie, and 1 ends all sessions from another browser.
 */

inline scene_left() {
    STOLEN = 1;
    live(1, 1);
    live(2, 1);
    request(0, VICTIM, LOGIN, 1, 3, 2);
    request(1, VICTIM, LOGOUT, 1, 0, 0);
    request(2, VICTIM, REVOKE, 2, 0, 0);
    request(3, VICTIM, LOGIN, 0, 4, 1)
}
