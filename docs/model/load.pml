/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * A request: what it knows, its LOAD, and what it does then.
 *
 * Each inline in capitals is one step: one store command, what the request
 * concludes from the outcome, and the step that follows (go).  The numbers
 * are those of the protocol's page.
 *
 * me, mine   the request's number, and its bit in versions and data
 * c, n       the id of its cookie, the new id that it may take
 * k          the id that it looks at
 * subj, s    the subject of what it loaded, the subject that it sets
 * chain      the ids that it has met, as bits
 * crossed    one of them was replaced at a change of subject
 */

mtype:step = { load_1, load_2, load_4, loaded, save_1, save_2, save_2_write,
    confirm_1, confirm_2, new_1, move_1, move_2, move_2_get, move_2_check,
    move_2_set, withdraw, undo, own_1, own_2, leave_1, bind_1, bind_2,
    leave_2, set_cookie, destroy_1, destroy_2, destroy_3, destroy_4, answer,
    revoke_1, revoke_2, watch, finish };

/*
 * RENEW changes and signs the cookie again, RESIGN only signs it, STREAM is
 * a REGEN that is rechecked; a LOGIN sets a subject, that of nobody, too.
 */

mtype = { LOOK, SAVE, RENEW, RESIGN, REGEN, STREAM, LOGIN, LOGOUT,
    REVOKE };

mtype:found = { GOOD, MOVED, DEAD, UNKNOWN };

#define C_SUB           cookie[c].subject
#define LISTS(t)        (BIT(sub[t].older) | BIT(sub[t].newer))
#define VERSION(k)      ((seen[k] & mine) != 0)
#define VERSION_SUB(t)  ((seen_sub[t] & mine) != 0)
#define ALIVE           (status == GOOD || status == MOVED)
#define REPLACES        (op == REGEN || op == STREAM || op == LOGIN)
#define MERE            (op == REGEN || op == STREAM)

/* a new id for the same subject; what has ended the sessions of that */

#define SAME         (ALIVE && C_SUB == s)
#define OVER(t, ids) (!sub[t].there || sub[t].epoch != cookie[c].epoch \
                      || (MAX && !(LISTS(t) & (ids))))

/* without "subject" a regenerate that changes a key is a login */

#define CHANGE          ((op == SAVE || op == RENEW || op == LOGIN \
                          || (MERE && SUBJECT)) -> mine : 0)


/* get: the version of a live record is kept */

inline get(x) {
    if
    :: rec[x].kind == LIVE -> seen[x] = seen[x] | mine
    :: else
    fi
}

inline get_sub(t) { seen_sub[t] = seen_sub[t] | mine }


/* of two cookies the one that was signed last: that of the greater number */

inline CHOOSE() {
    c = ((c2 > c && !FIRST_COOKIE) -> c2 : c)
}

/* the two gets: in this order, or with several servers in any */

inline LOAD() {
    k = c;
    status = DEAD;
    if
    :: c == 0 -> go = loaded
    :: c && C_SUB == 0 -> go = load_2
    :: c && C_SUB && !RECORD_FIRST -> go = load_1
    :: c && C_SUB && (RECORD_FIRST || SERVERS > 1) -> go = load_2
    fi
}

#define AND_SUBJECT  ((C_SUB && !asked) -> load_1 : load_4)

inline LOAD_1() {                                     /* get ~s */
    if
    :: TELLS_LOADS && FAILS(LOADS, AT_LIST) -> tell_load(AT_LIST, MISSING)
    :: else
    fi;
    if
    :: !sub[C_SUB].there ->
        skip_reads();
        status = UNKNOWN; go = loaded
    :: sub[C_SUB].there && sub[C_SUB].epoch != cookie[c].epoch ->
        skip_reads();
        status = DEAD; go = loaded
    :: else ->
        listed = LISTS(C_SUB);
        asked = 1;
        go = (chain -> load_4 : load_2)
    fi
}

inline LOAD_2() {                                     /* get c, next, ... */
    get(k);
    chain = chain | BIT(k);
    if
    :: k == c && rec[c].kind != NOTHING ->
        data = rec[c].data; subj = rec[c].subject; who = rec[c].who
    :: else
    fi;
    if
    :: rec[k].kind == NOTHING ->
        tell_load(AT_RECORD, MISSING);
        status = DEAD; go = loaded

    :: rec[k].kind == LIVE && k == c && subj != C_SUB &&
       (C_SUB || rec[c].bound) && !SUBJECT_IN_PLACE ->
        tell_load(AT_RECORD, DONE);
        status = DEAD; other = 1; go = loaded
    :: rec[k].kind == LIVE && k == c && !(subj != C_SUB &&
       (C_SUB || rec[c].bound) && !SUBJECT_IN_PLACE) ->
        tell_load(AT_RECORD, DONE);
        status = GOOD; go = AND_SUBJECT

    :: rec[k].kind == LIVE && k != c ->
        tell_load(AT_RECORD, DONE);
        status = MOVED; go = AND_SUBJECT

    :: rec[k].kind == MARKER && !rec[k].answers ->
        tell_load(AT_RECORD, LAPSED);
        status = DEAD; lapsed = 1; go = loaded
    :: rec[k].kind == MARKER && rec[k].answers && SHORT_CHAIN && k != c ->
        status = MOVED; go = AND_SUBJECT
    :: rec[k].kind == MARKER && rec[k].answers && !(SHORT_CHAIN && k != c) ->
        tell_load(AT_RECORD, MARKED);
        crossed = crossed | rec[k].changed;
        k = rec[k].next;
        go = load_2
    fi
}

inline LOAD_4() {                                     /* no command */
    if
    :: MAX && C_SUB && (!(chain & listed) ||
       (NEWEST_LISTED && watching && !(BIT(k) & listed))) ->
        if
        :: SERVERS > 1 && !again && !READ_ONCE ->
            tell_load(AT_LIST, DONE);
            again = 1; k = c; go = load_2
        :: else ->
            status = DEAD; go = loaded
        fi
    :: else ->
        go = loaded
    fi
}


/* the story of a counterexample */

inline say_status() {
    if
    :: status == GOOD -> printf("   %d: loaded\n", me)
    :: status == MOVED -> printf("   %d: loaded, was replaced\n", me)
    :: status == DEAD -> printf("   %d: nothing to load\n", me)
    :: status == UNKNOWN -> printf("   %d: ~%d is missing\n", me, C_SUB)
    fi
}


inline tell_verdict() {
    if
    :: c && ALIVE -> tell_load(VERDICT, IS_GOOD)
    :: c && status == DEAD -> tell_load(VERDICT, IS_DEAD)
    :: c && status == UNKNOWN -> tell_load(VERDICT, LOST)
    :: else
    fi
}

/* what follows; an end goes on whatever the load found */

inline LOADED() {                                     /* no command */
    say_status();
    tell_verdict();
    s = (op == LOGIN -> arg : subj);
    note_revoke();
    if
    :: status == DEAD && c -> told_over(lapsed || (other && APP))
    :: else
    fi;
    if
    :: status == GOOD || op == REVOKE
    :: else -> seen[k] = seen[k] & ~mine
    fi;
    k = c;                                            /* from the start */
    if
    :: op == LOOK ->
        go = finish
    :: op == SAVE || op == RENEW ->
        go = (status == GOOD -> save_1 : (status == MOVED -> save_2 : finish))
    :: op == RESIGN ->
        n = c;
        go = (status != GOOD -> finish
              : (SIGNED_UNCONFIRMED -> set_cookie : confirm_1))
    :: MERE ->
        go = (status == GOOD -> move_1
              : (status == MOVED -> (REGENERATE_FORKS -> own_1 : save_2)
                 : finish))
    :: op == LOGIN && SUBJECT_IN_PLACE && status == GOOD && subj &&
       s != subj ->
        go = save_1
    :: op == LOGIN && !(SUBJECT_IN_PLACE && status == GOOD && subj &&
       s != subj) ->
        go = (status == GOOD -> move_1
              : (status == MOVED -> (LOGIN_JOINS -> save_2 : own_1) : new_1))
    :: op == LOGOUT ->
        go = (status == GOOD -> destroy_1
              : (DEAD_END && !ALIVE && !lapsed -> answer : destroy_2))
    :: op == REVOKE ->
        subj = ((other && REVOKE_BY_COOKIE) -> C_SUB : subj);
        go = (((status == GOOD || other) && subj) -> revoke_1
              : ((status == MOVED && C_SUB) -> revoke_1 : destroy_2))
    fi;
    tell(STARTS, GOAL, DONE)
}
