/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * The write of a marker times out: it is done, never done, or done later.
 * Beside it a change, a logout.
 */

inline scene_timeout() {
    SUBJECT = 0;
    live(1, 0);
    timeouts = 1;
    run Late();
    request(0, VICTIM, REGEN, 1, 2, 0);
    request(1, VICTIM, SAVE, 1, 0, 0);
    request(2, VICTIM, LOGOUT, 1, 0, 0);
    request(3, VICTIM, LOGIN, 1, 3, 0)
}
