/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * A limit, not a fault: the store loses a marker while a logout follows it.
 * The logout cannot tell that from a session that is gone.
 */

inline scene_marker_lost() {
    SUBJECT = 0;
    live(1, 0);
    run Lose(1, MARKER);
    request(0, VICTIM, REGEN, 1, 2, 0);
    request(1, VICTIM, LOGOUT, 1, 0, 0)
}
