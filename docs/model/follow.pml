/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * Follows a trace: the commands that the module sent for one request, as its
 * log of debug level tells them.  That request of the model goes on only with
 * the command and the outcome that the trace has next; when it ends with the
 * trace, the model admits it, and spin finds T.
 *
 * A trace whose last command failed has no end.
 *
 * The environment has FOLLOW=REQUEST-EVENT-EVENT..., in numbers.
 */

#define GETS        0
#define ADDS        1
#define SETS        2
#define DELETES     3
#define SENDS       4    /* a cookie */
#define STARTS      5    /* no command: what the save is for, in place of role */
#define LOADS       9    /* a look at a session, by AT_RECORD and so on */

/*
 * What the save is for, by what LOADED() goes on with: the goals of the module
 * in their order, but JOIN, with which no save begins.
 */

#define GOAL \
    ((go == save_1 && op != RENEW) || go == save_2 -> 0 \
     : (go == save_1 -> 1 : (go == confirm_1 -> 2 : (go == new_1 -> 3 \
     : (go == move_1 -> 4 : (go == own_1 -> 5 : (op == LOGOUT -> 6 \
     : (op == REVOKE -> 7 : 8))))))))

#define OWN         0    /* an id that the session has or had */
#define NEW         1
#define OF_SUBJECT  2

#define DONE        0
#define MISSING     1
#define EXISTS      2
#define CONFLICT    3
#define FAILED      4

#define EVENT(command, role, outcome) \
    (1 + (outcome) + 5 * (role) + 15 * (command))

#define FOUND(there)  ((there) -> DONE : MISSING)

/* of LOADS: what a get found; the record is read once more; the verdict */

#define AT_RECORD   0    /* of a live one DONE, of none MISSING */
#define MARKED      EXISTS
#define LAPSED      CONFLICT

#define AT_LIST     1    /* that it is read once more, DONE */

#define VERDICT     2
#define IS_GOOD     0
#define IS_DEAD     1
#define IS_UNSURE   2

hidden byte followed = 255;
hidden byte recorded[24];    /* 0 is the end */
byte        told;            /* events of it, so far */

bit  T_the_trace_is_admitted;

#define FOLLOWED_TO_THE_END  (me == followed && recorded[told] == 0)

#define FOLLOW() { \
    char *p = getenv("FOLLOW"); int i = 0; \
    if (p) { \
        followed = strtol(p, &p, 10); \
        while (*p == '-' && i < 23) { recorded[i++] = strtol(p + 1, &p, 10); } \
    } \
}

/*
 * The last command of a trace failed: the request goes no further, as any may
 * stop anywhere, and what it has written stands.
 */

#define FAILS(command, role) \
    (recorded[told] == EVENT(command, role, FAILED) && recorded[told + 1] == 0)

inline tell(command, role, outcome) {
    if
    :: me == followed && recorded[told] == EVENT(command, role, outcome) ->
        told++
    :: me == followed && FAILS(command, role) && (outcome) != FAILED ->
        assert(T_the_trace_is_admitted)
    :: me == followed && recorded[told] != EVENT(command, role, outcome) &&
       !(FAILS(command, role) && (outcome) != FAILED) ->
        false
    :: else
    fi
}

/* a write that found another version than was read */

#define MISMATCH(role) \
    (recorded[told] == EVENT(SETS, role, CONFLICT) || \
     recorded[told] == EVENT(SETS, role, MISSING) || \
     recorded[told] == EVENT(ADDS, role, EXISTS))

inline tell_failed(role) {
    if
    :: me == followed && MISMATCH(role) ->
        told++
    :: me == followed && (FAILS(SETS, role) || FAILS(ADDS, role)) ->
        assert(T_the_trace_is_admitted)
    :: me == followed && !MISMATCH(role) && !FAILS(SETS, role) &&
       !FAILS(ADDS, role) ->
        false
    :: else
    fi
}


/* traces that begin with a look have those of the load, others do not */

#define TELLS_LOADS  (me == followed && recorded[0] > EVENT(LOADS, 0, 0) - 1)

inline tell_load(what, outcome) {
    if
    :: TELLS_LOADS -> tell(LOADS, what, outcome)
    :: else
    fi
}

/*
 * The module asks for both records at once, and judges when both are there:
 * what it finds of the session is of no account where that of the subject
 * decides.
 */

inline skip_reads() {
    if
    :: TELLS_LOADS ->
        do
        :: recorded[told] >= EVENT(LOADS, AT_RECORD, DONE) &&
           recorded[told] < EVENT(LOADS, AT_RECORD, FAILED) ->
            told++
        :: else -> break
        od
    :: else
    fi
}

/* of two records that are gone the module tells that of the session */

#define LOST  ((told && recorded[told - 1] == \
                EVENT(LOADS, AT_RECORD, MISSING)) -> IS_DEAD : IS_UNSURE)
