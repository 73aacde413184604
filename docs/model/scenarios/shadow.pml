/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * The attacker planted the cookie of a session of his own beside the
 * victim's, which was signed later.
 */

inline scene_shadow() {
    SUBJECT = 0;
    live(1, 0);
    known_to_attacker(1);
    live(2, 0);
    running++;
    run Request(0, VICTIM, SAVE, 1, 0, 0, 2);
    request(1, VICTIM, REGEN, 2, 3, 0)
}
