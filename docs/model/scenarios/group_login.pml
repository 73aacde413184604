/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * max_sessions 2: the list of a subject, which a login, a new id and an end of
 * all its sessions may write together; or two logins, a new id and a logout.
 */

inline scene_group_login() {
    MAX = 2;
    live(1, 1);
    request(0, VICTIM, LOGIN, 0, 4, 1);
    request(1, VICTIM, REGEN, 1, 3, 0);
    if
    :: MORE ->
        request(2, VICTIM, LOGIN, 0, 2, 1);
        request(3, VICTIM, LOGOUT, 1, 0, 0)
    :: else ->
        live(2, 1);
        request(2, VICTIM, REVOKE, 2, 0, 0)
    fi
}
