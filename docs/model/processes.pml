/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * Who takes part: requests, the grace that ends, a store that loses records,
 * a write that comes late, an application, and an observer that checks.
 */

#include "state.pml"
#include "faults.pml"
#include "follow.pml"
#include "load.pml"
#include "group.pml"
#include "save.pml"
#include "ends.pml"
#include "checks.pml"

#define LOCALS \
    mtype:step go = finish; mtype:found status = DEAD; \
    byte k; byte chain; byte listed; byte data; byte i; \
    unsigned subj : 2; unsigned who : 2; \
    bit crossed; bit lapsed; bit other; bit again; bit asked; bit watching


/* the story of a counterexample */

inline say_op() {
    if
    :: op == LOOK -> printf("   %d: look", me)
    :: op == SAVE -> printf("   %d: save", me)
    :: op == RENEW -> printf("   %d: save and sign again", me)
    :: op == RESIGN -> printf("   %d: sign again", me)
    :: op == REGEN -> printf("   %d: regenerate", me)
    :: op == STREAM -> printf("   %d: stream, regenerate", me)
    :: op == LOGIN -> printf("   %d: login of %d", me, arg)
    :: op == LOGOUT -> printf("   %d: logout", me)
    :: op == REVOKE -> printf("   %d: revoke all", me)
    fi;
    printf(" with cookie %d (may take %d)\n", c, n)
}


/*
 * A request that comes with cookie c (and c2), from the browser of the victim
 * or from the attacker, to either nginx: nothing is shared between requests
 * but the store, so two requests in two workers are two in two nginx.
 */

proctype Request(byte me; byte actor; mtype op; byte c; byte n;
    byte arg; byte c2)
{
    LOCALS;
    byte mine = BIT(me);
    unsigned s : 2; unsigned epoch : 4; unsigned good : 3;
    unsigned named : 2; unsigned was : 4;
    bit wrote; bit left; bit own;

    atomic {
        say_op();
        CHOOSE();
        LOAD()
    }

    do
    :: atomic { go == load_1 -> LOAD_1() }
    :: atomic { go == load_2 -> LOAD_2() }
    :: atomic { go == load_4 -> LOAD_4() }
    :: atomic { go == loaded -> LOADED() }

    :: atomic { go == save_1 -> SAVE_1() }
    :: atomic { go == save_2 -> SAVE_2() }
    :: atomic { go == save_2_write -> SAVE_2_WRITE() }

    :: atomic { go == confirm_1 -> CONFIRM_1() }
    :: atomic { go == confirm_2 -> CONFIRM_2() }

    :: atomic { go == new_1 -> NEW_1() }
    :: atomic { go == move_1 -> MOVE_1() }
    :: atomic { go == move_2 -> MOVE_2() }
    :: atomic { go == move_2_get -> MOVE_2_GET() }
    :: atomic { go == move_2_check -> MOVE_2_CHECK() }
    :: atomic { go == move_2_set -> MOVE_2_SET() }
    :: atomic { go == withdraw -> WITHDRAW() }
    :: atomic { go == undo -> UNDO() }

    :: atomic { go == own_1 -> OWN_1() }
    :: atomic { go == own_2 -> OWN_2() }

    :: atomic { go == leave_1 -> LEAVE_1() }
    :: atomic { go == bind_1 -> BIND_1() }
    :: atomic { go == bind_2 -> BIND_2() }
    :: atomic { go == leave_2 -> LEAVE_2() }
    :: atomic { go == set_cookie -> SET_COOKIE() }

    :: atomic { go == destroy_1 -> DESTROY_1() }
    :: atomic { go == destroy_2 -> DESTROY_2() }
    :: atomic { go == destroy_3 -> DESTROY_3() }
    :: atomic { go == destroy_4 -> DESTROY_4() }
    :: atomic { go == answer -> ANSWER() }

    :: atomic { go == revoke_1 -> REVOKE_1() }
    :: atomic { go == revoke_2 -> REVOKE_2() }

    :: atomic { go == save_1 && op != LOGIN -> WAIT() }
    :: atomic { together ? eval(WAITS_FOR), outcome -> TOGETHER(); on ! 0 }

    :: atomic { go == watch -> WATCH() }
    :: atomic { go == finish -> break }
    od;

    atomic {
        assert(!FOLLOWED_TO_THE_END || T_the_trace_is_admitted);
        for (i : 1 .. IDS) { seen[i] = seen[i] & ~mine }
        for (i : 1 .. SUBJECTS) { seen_sub[i] = seen_sub[i] & ~mine }
        forget();
        i = 0; c = 0; n = 0; arg = 0; c2 = 0; s = 0; epoch = 0; good = 0;
        named = 0; was = 0; wrote = 0; left = 0; own = 0; watching = 0;
        running--;
        look ! 0
    }
}


/* the grace of an id that was replaced is over */

proctype Clock(byte x)
{
end:
    atomic {
        rec[x].kind == MARKER && rec[x].answers ->
        printf("   grace: %d does not answer any more\n", x);
        rec[x].answers = 0;
        look ! 0
    }
}


/* the store loses a record: LIVE, or MARKER */

proctype Lose(byte x; byte kind)
{
end:
    atomic {
        running && rec[x].kind == kind ->
        printf("   store: loses %d\n", x);
        session[lineage[x]].over = 1;
        delete(x);
        look ! 0
    }
}

proctype LoseNames(byte t)
{
    byte i;

end:
    atomic {
        running && sub[t].there ->
        printf("   store: loses ~%d\n", t);
        over_of(t);
        sub[t].there = 0; sub[t].epoch = 0; sub[t].older = 0;
        sub[t].newer = 0;
        seen_sub[t] = 0;
        look ! 0
    }
}


/* a marker whose write timed out is written after all */

proctype Late()
{
end:
    atomic {
        late_id ->
        if
        :: seen[late_id] & BIT(7) ->
            printf("   store: %d, a marker to %d, late: DONE\n", late_id,
                   late_next);
            mark(late_id, late_next, late_changed, late_left);
            session[lineage[late_id]].left =
                session[lineage[late_id]].left | late_left
        :: else
        fi;
        late_id = 0; late_next = 0; late_changed = 0; late_left = 0;
        look ! 0
    }
}


/* an application writes a subject into a record */

proctype Application(byte x; byte t)
{
end:
    atomic {
        rec[x].kind == LIVE ->
        printf("   application: %d is now of subject %d\n", x, t);
        rec[x].subject = t;
        seen[x] = 0;
        look ! 0
    }
}


/* comes after each write, acknowledgement and cookie */

proctype Observer()
{
    LOCALS;
    byte c; byte mine; byte count; byte me = NOBODY;

end:
    do
    :: atomic { look ? _ -> check_cookies(); check_quiet() }
    od
}


/* how a scenario begins: x is live, of subject t, and its cookie was sent */

inline live(x, t) {
    rec[x].kind = LIVE;
    rec[x].subject = t;
    rec[x].bound = (t != 0);
    rec[x].first = 1;
    lineage[x] = x;
    if
    :: t && !sub[t].there -> new_epoch(t)
    :: else
    fi;
    cookie[x].sent = 1;
    cookie[x].subject = t;
    cookie[x].epoch = sub[t].epoch;
    if
    :: t && MAX ->
        logins++;
        cookie[x].login = logins;
        sub[t].newer = (sub[t].older -> x : 0);
        sub[t].older = (sub[t].older -> sub[t].older : x)
    :: else
    fi
}

/* x has replaced old, within one subject */

inline replaced(old, x) {
    rec[x].kind = LIVE;
    rec[x].subject = rec[old].subject;
    rec[x].bound = rec[old].bound;
    rec[x].who = rec[old].who;
    lineage[x] = lineage[old];
    cookie[x].sent = 1;
    cookie[x].subject = cookie[old].subject;
    cookie[x].epoch = cookie[old].epoch;
    rec[old].kind = MARKER;
    rec[old].next = x;
    rec[old].answers = GRACE
}

inline known_to_attacker(x) { cookie[x].attacker = 1 }

inline request(me, actor, op, c, n, arg) {
    running++;
    run Request(me, actor, op, c, n, arg, 0)
}
