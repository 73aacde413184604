/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * A slow request that signs its cookie again, while others log in, and out.
 */

inline scene_resign() {
    live(1, 0);
    run Clock(1);
    request(0, VICTIM, RESIGN, 1, 0, 0);
    request(1, VICTIM, RENEW, 1, 0, 0);
    request(2, VICTIM, LOGIN, 1, 2, 1);
    request(3, VICTIM, LOGOUT, 1, 0, 0)
}
