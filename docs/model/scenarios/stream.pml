/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * A stream whose own request asks for a new id, with session_recheck, while
 * another gets one, and a third logs out.
 */

inline scene_stream() {
    MAX = 2;
    STOLEN = 1;
    live(1, 1);
    request(0, VICTIM, STREAM, 1, 2, 0);
    request(1, VICTIM, REGEN, 1, 3, 0);
    request(2, VICTIM, LOGOUT, 1, 0, 0)
}
