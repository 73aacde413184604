/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * max_sessions 2: a thief's new id for the older session, the owner's new
 * login, a look and a logout.
 */

inline scene_max() {
    MAX = 2;
    STOLEN = 1;
    live(1, 1);
    live(2, 1);
    known_to_attacker(1);
    request(0, ATTACKER, REGEN, 1, 3, 0);
    request(1, VICTIM, LOGIN, 0, 4, 1);
    request(2, VICTIM, LOOK, 1, 0, 0);
    request(3, VICTIM, LOGOUT, 2, 0, 0)
}
