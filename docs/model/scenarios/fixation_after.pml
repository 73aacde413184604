/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * Without "subject".  The victim has logged in with the planted cookie; the
 * attacker comes with it, logs in, changes something and looks.
 */

inline scene_fixation_after() {
    SUBJECT = 0;
    live(1, 0);
    known_to_attacker(1);
    replaced(1, 2);
    rec[1].changed = 1;
    rec[2].who = VICTIM;
    run Clock(1);
    request(0, ATTACKER, LOGIN, 1, 3, 0);
    request(1, ATTACKER, SAVE, 1, 0, 0);
    request(2, VICTIM, SAVE, 2, 0, 0);
    request(3, VICTIM, REGEN, 2, 4, 0)
}
