/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * A browser's parallel requests: two regenerates, a change, a logout.
 */

inline scene_logout() {
    SUBJECT = 0;
    live(1, 0);
    request(0, VICTIM, REGEN, 1, 2, 0);
    request(1, VICTIM, REGEN, 1, 3, 0);
    request(2, VICTIM, SAVE, 1, 0, 0);
    request(3, VICTIM, LOGOUT, 1, 0, 0)
}
