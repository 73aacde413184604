/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * Without "subject".  The attacker planted the cookie of a session that was
 * nobody's.  The victim logs in with it, the attacker logs in, changes
 * something and gets a new id.
 */

inline scene_fixation() {
    SUBJECT = 0;
    live(1, 0);
    known_to_attacker(1);
    run Clock(1);
    request(0, VICTIM, LOGIN, 1, 2, 0);
    request(1, ATTACKER, LOGIN, 1, 3, 0);
    request(2, ATTACKER, SAVE, 1, 0, 0);
    request(3, ATTACKER, REGEN, 1, 4, 0)
}
