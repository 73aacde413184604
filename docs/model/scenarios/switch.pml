/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * A session of 1 becomes one of 2, while requests of the same browser log in
 * as 1 again, change something, and log out.
 */

inline scene_switch() {
    live(1, 1);
    request(0, VICTIM, LOGIN, 1, 2, 2);
    request(1, VICTIM, LOGIN, 1, 3, 1);
    request(2, VICTIM, SAVE, 1, 0, 0);
    request(3, VICTIM, LOGOUT, 1, 0, 0)
}
