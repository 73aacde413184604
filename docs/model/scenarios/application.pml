/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * An application makes a session of 1 one of 2, without a new id, while 2
 * ends all sessions with the cookie of 1, and from another session.
 */

inline scene_application() {
    APP = 1;
    STOLEN = 1;
    live(1, 1);
    live(2, 2);
    run Application(1, 2);
    request(0, VICTIM, REVOKE, 1, 0, 0);
    request(1, VICTIM, REVOKE, 2, 0, 0);
    request(2, VICTIM, SAVE, 1, 0, 0);
    request(3, VICTIM, REGEN, 2, 3, 0)
}
