/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * The same with "subject": 1 is the victim, 2 the attacker.
 */

inline scene_fixation_subject() {
    live(1, 0);
    known_to_attacker(1);
    run Clock(1);
    request(0, VICTIM, LOGIN, 1, 2, 1);
    request(1, ATTACKER, LOGIN, 1, 3, 2);
    request(2, ATTACKER, SAVE, 1, 0, 0);
    request(3, ATTACKER, REGEN, 1, 4, 0)
}
