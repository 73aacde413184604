/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * max_sessions: a login of the same subject under an id that is replaced at
 * the same time.
 */

inline scene_max_login() {
    MAX = 2;
    STOLEN = 1;
    live(1, 1);
    request(0, VICTIM, REGEN, 1, 2, 0);
    request(1, VICTIM, LOGIN, 1, 3, 1);
    request(2, VICTIM, LOOK, 1, 0, 0);
    request(3, VICTIM, RENEW, 1, 0, 0)
}
