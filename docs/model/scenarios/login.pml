/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * A browser gets a new id and clicks twice on "log in" at the same time; the
 * store may lose the session.
 */

inline scene_login() {
    live(1, 0);
    run Clock(1);
    run Lose(1, LIVE);
    request(0, VICTIM, REGEN, 1, 2, 0);
    request(1, VICTIM, LOGIN, 1, 3, 1);
    request(2, VICTIM, LOGIN, 1, 4, 1)
}
