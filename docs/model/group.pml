/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * One write for several requests: who writes a record takes along those of
 * its worker that are about to read the same one for a write.
 *
 * Each makes its value from that of the one before, and the last value is
 * written.  A cas that succeeds writes over what the first one has read; so
 * it is as if all of them wrote one after the other, with nothing between,
 * and here they do.  Who takes part is chosen when the command is carried
 * out, since who waits does nothing before.
 *
 * Turns are not more than that: a request waits before a step, as each may,
 * and a change that has waited reads its record anew (WAIT).
 */

chan      together = [0] of { byte, byte };  /* a record, the outcome */
chan      on = [0] of { bit };               /* the next one, or the first */

hidden byte outcome;

#define NOBODY     255

#define NAMES(t)   (IDS + (t))               /* the record of a subject */

/*
 * The record that it is about to read for a write, if it would write then:
 * what the one before has made of it counts as read.  0: none.
 */

#define WAITS_FOR \
    ((go == save_1 && op != LOGIN && CHANGE) -> c \
     : ((go == save_2 && op != LOGIN && CHANGE && !crossed) -> k \
     : ((go == bind_1 && MAX && (!SAME || !OVER(s, chain) || GROUP_UNREAD)) \
        -> NAMES(s) \
     : ((go == leave_2 && (LISTS(C_SUB) & BIT(c))) -> NAMES(C_SUB) \
     : ((go == destroy_3 && (LISTS(s) & chain)) -> NAMES(s) \
     : ((go == revoke_1 && (C_SUB != subj || \
         sub[subj].epoch == cookie[c].epoch)) -> NAMES(subj) : 0))))))

/*
 * Those that are taken along have the outcome of the cas.  After a conflict
 * all read anew, which each of them does in any case.
 */

#define SHARED(record, result) \
    ((result != CONFLICT || GROUP_UNWRITTEN) && \
     (result != MISSING || (record) <= IDS))

inline share(record, result) {
    do
    :: together ! (SHARED(record, result) -> (record) : NOBODY), result ->
        on ? _
    :: break
    od
}

#define WRITTEN  (outcome == DONE && !GROUP_LOST)

inline TOGETHER() {
    if
    :: go == save_1 -> WAIT()
    :: else
    fi;
    printf("   %d: is in it\n", me);
    if
    :: go == save_2 && outcome == MISSING && !GROUP_DEAD ->
        tell(SETS, OWN, MISSING);
        told_over(crossed);
        go = finish
    :: go == save_2 && !(outcome == MISSING && !GROUP_DEAD) ->
        tell(SETS, OWN, DONE);
        rec[k].data = rec[k].data | (WRITTEN -> CHANGE : 0);
        merged()

    :: go == bind_1 ->
        tell(SETS, OF_SUBJECT, DONE);
        epoch = sub[s].epoch;
        if
        :: WRITTEN -> list(s)
        :: else
        fi;
        bound_to(s)
    :: go == leave_2 || go == destroy_3 ->
        tell(SETS, OF_SUBJECT, DONE);
        if
        :: WRITTEN && go == leave_2 -> take_off(C_SUB, BIT(c))
        :: WRITTEN && go == destroy_3 -> take_off(s, chain)
        :: else
        fi;
        go = (go == leave_2 -> set_cookie : answer)
    :: go == revoke_1 ->
        tell(SETS, OF_SUBJECT, DONE);
        if
        :: WRITTEN -> new_epoch(subj); over_of(subj)
        :: else
        fi;
        go = destroy_2
    fi
}

/* a change that waited for its turn: another one writes the record */

inline WAIT() {
    k = c;
    go = save_2
}
