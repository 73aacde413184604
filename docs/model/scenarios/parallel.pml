/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * A browser's parallel changes, one of which gets a new cookie and one a new
 * id; nobody ends the session.
 */

inline scene_parallel() {
    live(1, 1);
    run Clock(1);
    request(0, VICTIM, SAVE, 1, 0, 0);
    request(1, VICTIM, SAVE, 1, 0, 0);
    request(2, VICTIM, RENEW, 1, 0, 0);
    request(3, VICTIM, REGEN, 1, 2, 0)
}
