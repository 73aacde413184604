/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * What writes: SAVE, CONFIRM, MOVE, OWN, BIND.
 */


/*
 * Of a write that times out it is not known whether it was done; some are
 * refused, and then known not to be, which makes no difference here.
 */

inline times_out(command, role) {
    tell(command, role, FAILED);
    timeouts--;
    printf("   %d: a write times out\n", me)
}


/* SAVE: an ordinary change */

inline SAVE_1() {                                     /* cas c */
    if
    :: VERSION(c) || (BLIND_SAVE && rec[c].kind == LIVE) ->
        tell(SETS, OWN, DONE);
        rec[c].data = (BLIND_SAVE -> data : rec[c].data) | CHANGE;
        rec[c].subject = s;
        seen[c] = 0;
        printf("   %d: cas %d: DONE, saved\n", me, c);
        acknowledged(c);
        witness(c, C_SUB, cookie[c].epoch);
        n = c;
        go = (op != RENEW -> finish : (SAVE_CONFIRMS -> set_cookie
                                       : confirm_1));
        wrote = (op == RENEW);
        share(c, DONE);
        look ! 0
    :: VERSION(c) && timeouts ->                      /* done, not known */
        times_out(SETS, OWN);
        rec[c].data = rec[c].data | CHANGE;
        rec[c].subject = s;
        seen[c] = 0;
        k = c;
        go = save_2;
        look ! 0
    :: VERSION(c) && timeouts ->                      /* not done */
        times_out(SETS, OWN);
        k = c;
        go = save_2
    :: !VERSION(c) && rec[c].kind == NOTHING ->
        tell(SETS, OWN, MISSING);
        told_over(0);
        go = finish;
        share(c, MISSING)
    :: else ->
        tell(SETS, OWN, CONFLICT);
        printf("   %d: cas %d: EXISTS\n", me, c);
        k = c;
        go = save_2;
        share(c, CONFLICT)
    fi
}

inline SAVE_2() {                                     /* get k */
    get(k);
    tell(GETS, OWN, FOUND(rec[k].kind != NOTHING));
    printf("   %d: get %d\n", me, k);
    if
    :: rec[k].kind == NOTHING ->
        told_over(crossed);
        go = finish
    :: rec[k].kind == MARKER && !rec[k].answers ->
        told_over(1);
        go = finish
    :: rec[k].kind == MARKER && rec[k].answers ->
        crossed = crossed | rec[k].changed;
        k = rec[k].next
    :: rec[k].kind == LIVE ->
        go = ((CHANGE && (!crossed || MERGED_ACROSS || op == LOGIN))
              -> save_2_write : (op == STREAM -> watch : finish))
    fi
}

inline SAVE_2_WRITE() {                               /* cas k */
    if
    :: VERSION(k) ->
        tell(SETS, OWN, DONE);
        rec[k].data = rec[k].data | CHANGE;
        seen[k] = 0;
        printf("   %d: cas %d: DONE, joined\n", me, k);
        merged();
        if
        :: op == LOGIN ->                             /* LOGIN_JOINS only */
            assert(SUBJECT_IN_PLACE || WITHOUT_P4 ||
                   P4_a_cookie_that_is_set_is_good);
            rec[k].who = actor; rec[k].subject = s; rec[k].bound = (s != 0)
        :: else
        fi;
        share(k, DONE);
        look ! 0
    :: VERSION(k) && timeouts && op != LOGIN ->       /* done, not known */
        times_out(SETS, OWN);
        rec[k].data = rec[k].data | CHANGE;
        seen[k] = 0;
        go = save_2;
        look ! 0
    :: VERSION(k) && timeouts && op != LOGIN ->       /* not done */
        times_out(SETS, OWN);
        go = save_2
    :: !VERSION(k) && rec[k].kind == NOTHING ->
        tell(SETS, OWN, MISSING);
        told_over(crossed);
        go = finish;
        share(k, MISSING)
    :: else ->
        tell(SETS, OWN, CONFLICT);
        printf("   %d: cas %d: EXISTS\n", me, k);
        go = save_2;
        share(k, CONFLICT)
    fi
}

inline merged() {                                     /* into k, in a cas of k */
    acknowledged(k);
    if
    :: op == RENEW && k == c ->
        witness(c, C_SUB, cookie[c].epoch);
        n = c;
        wrote = 1
    :: else
    fi;
    go = ((op == RENEW && k == c) -> confirm_1
          : (op == STREAM -> watch : finish))
}


/* CONFIRM: both records, before a cookie is signed again */

inline CONFIRM_1() {                                  /* get ~s */
    if
    :: C_SUB -> tell(GETS, OF_SUBJECT, FOUND(sub[C_SUB].there))
    :: else
    fi;
    witness(c, C_SUB, cookie[c].epoch);
    if
    :: C_SUB && (!sub[C_SUB].there || sub[C_SUB].epoch != cookie[c].epoch ||
                 (MAX && !(LISTS(C_SUB) & BIT(c)))) ->
        go = finish
    :: else ->
        go = (wrote -> set_cookie : confirm_2)
    fi
}

inline CONFIRM_2() {                                  /* get c */
    tell(GETS, OWN, FOUND(rec[c].kind != NOTHING));
    witness(c, C_SUB, cookie[c].epoch);
    go = ((rec[c].kind == LIVE && rec[c].subject == C_SUB)
          -> set_cookie : finish)
}


/* the record of the new id, which nobody knows yet */

inline write_n(origin, old) {
    rec[n].kind = LIVE;
    rec[n].subject = s;
    rec[n].bound = (s != 0);
    rec[n].first = !ALIVE;
    rec[n].data = (old) | CHANGE;
    rec[n].who = (op == LOGIN -> actor : who);
    lineage[n] = origin;
    seen[n] = mine
}

inline delete(x) {
    rec[x].kind = NOTHING;
    rec[x].subject = 0; rec[x].who = 0; rec[x].data = 0; rec[x].bound = 0;
    rec[x].first = 0;
    seen[x] = 0
}

inline mark(x, next_id, is_changed, is_left) {
    rec[x].kind = MARKER;
    rec[x].next = next_id;
    rec[x].changed = is_changed;
    rec[x].left = is_left;
    rec[x].answers = (is_left -> 0 : GRACE);
    rec[x].subject = (is_left -> 0 : rec[x].subject);
    rec[x].who = (is_left -> 0 : rec[x].who);
    rec[x].data = (is_left -> 0 : rec[x].data);
    seen[x] = 0
}


/* a login without a session */

inline NEW_1() {                                      /* add n */
    tell(ADDS, NEW, DONE);
    write_n(n, 0);
    witness(n, 0, 0);
    printf("   %d: add %d, a new session\n", me, n);
    go = (s -> bind_1 : set_cookie)
}


/* MOVE: regenerate, login, change of subject; c was live */

#define CARRIED    ((subj && s != subj) -> 0 : data)
#define LEFT       (subj && s != subj)
#define CHANGED    (s != subj || (op == LOGIN && !SUBJECT && !LOGIN_UNMARKED))
#define MY_MARKER  (rec[c].next == n && !MARKER_UNKNOWN)

/* whoever leaves a subject asks first whether the session goes on */

#define LEAVES     (ALIVE && C_SUB && s != C_SUB)
#define THEN_BIND  ((LEAVES && !LEFT_UNCONFIRMED) -> leave_1 \
                    : (s -> bind_1 : set_cookie))
#define TAKES_OFF  (LEAVES && MAX && (!own || OWN_TAKES_OFF))

inline moved() {
    witness(n, 0, 0);
    session[lineage[c]].left = session[lineage[c]].left | LEFT;
    go = (MARKER_FIRST -> move_1 : (LIST_FIRST -> set_cookie : THEN_BIND))
}

inline MOVE_1() {                                     /* add n */
    if
    :: MARKER_FIRST && VERSION(c) ->                  /* add n after it */
        go = move_2
    :: else ->
        tell(ADDS, NEW, DONE);
        write_n(lineage[c], CARRIED);
        printf("   %d: add %d\n", me, n);
        go = (MARKER_FIRST -> THEN_BIND
              : ((LIST_FIRST && s) -> bind_1 : move_2))
    fi
}

inline MOVE_2() {                                     /* cas c */
    if
    :: VERSION(c) ->
        tell(SETS, OWN, DONE);
        mark(c, n, CHANGED, LEFT);
        printf("   %d: cas %d, a marker to %d: DONE\n", me, c, n);
        moved();
        look ! 0

    :: VERSION(c) && timeouts ->                      /* done, not known */
        times_out(SETS, OWN);
        mark(c, n, CHANGED, LEFT);
        session[lineage[c]].left = session[lineage[c]].left | LEFT;
        printf("   %d: cas %d, a marker to %d: done\n", me, c, n);
        go = (TIMEOUT_FAILS -> undo : move_2_get);
        look ! 0

    :: VERSION(c) && timeouts ->                      /* will be, or never */
        times_out(SETS, OWN);
        late_id = c; late_next = n;
        late_changed = CHANGED; late_left = LEFT;
        seen[c] = (seen[c] & ~mine) | BIT(7);
        printf("   %d: cas %d, a marker to %d\n", me, c, n);
        go = (TIMEOUT_FAILS -> undo : move_2_get)

    :: !VERSION(c) && rec[c].kind == NOTHING ->
        tell(SETS, OWN, MISSING);
        printf("   %d: cas %d: MISSING\n", me, c);
        go = undo
    :: !VERSION(c) && rec[c].kind != NOTHING ->
        tell(SETS, OWN, CONFLICT);
        printf("   %d: cas %d: EXISTS\n", me, c);
        go = move_2_get
    fi
}

inline MOVE_2_GET() {                                 /* get c */
    get(c);
    tell(GETS, OWN, FOUND(rec[c].kind != NOTHING));
    printf("   %d: get %d\n", me, c);
    if
    :: rec[c].kind == NOTHING ->
        go = undo
    :: rec[c].kind == LIVE ->
        data = rec[c].data;
        go = move_2_set
    :: rec[c].kind == MARKER && MY_MARKER && MARKER_CONFIRMS ->
        moved()
    :: rec[c].kind == MARKER && MY_MARKER && !MARKER_CONFIRMS ->
        go = move_2_check
    :: rec[c].kind == MARKER && !MY_MARKER ->
        crossed = crossed | rec[c].changed;
        k = rec[c].next;
        go = ((op == LOGIN && !LOGIN_JOINS) -> own_1 : withdraw)
    fi
}

inline MOVE_2_CHECK() {                               /* get n */
    printf("   %d: get %d\n", me, n);
    if
    :: rec[n].kind == LIVE -> moved()
    :: else -> go = undo
    fi
}

inline MOVE_2_SET() {                                 /* cas n */
    if
    :: VERSION(n) || SET_AGAIN ->
        tell(SETS, NEW, DONE);
        write_n(lineage[c], CARRIED);
        printf("   %d: cas %d: DONE\n", me, n);
        go = move_2;
        look ! 0
    :: !VERSION(n) && !SET_AGAIN && rec[n].kind == NOTHING ->
        tell(SETS, NEW, MISSING);
        go = undo
    :: !VERSION(n) && !SET_AGAIN && rec[n].kind != NOTHING ->
        tell(SETS, NEW, CONFLICT);
        go = move_2_get                               /* my marker is there */
    fi
}

inline WITHDRAW() {                                   /* delete n */
    tell(DELETES, NEW, DONE);
    delete(n);
    printf("   %d: delete %d\n", me, n);
    go = save_2
}

inline UNDO() {                                       /* delete n */
    tell(DELETES, NEW, DONE);
    delete(n);
    printf("   %d: delete %d\n", me, n);
    told_over(left);
    go = finish;
    look ! 0
}


/* OWN: a login under an id that was replaced */

#define NOT_CARRIED  (rec[c].left || (!SUBJECT && !rec[c].first) \
                      || (rec[c].subject && rec[c].subject != s))

inline OWN_1() {                                      /* add n, or set n */
    tell((rec[n].kind == LIVE -> SETS : ADDS), NEW, DONE);
    data = (NOT_CARRIED -> 0 : rec[c].data);
    write_n(n, data);
    lineage[n] = (MERE -> lineage[c] : n);            /* REGENERATE_FORKS */
    printf("   %d: add %d, an id of its own\n", me, n);
    chain = chain | BIT(c);
    left = rec[c].left;
    k = rec[c].next;
    own = 1;
    if
    :: OWN_UNCONFIRMED -> witness(n, 0, 0); go = THEN_BIND
    :: else -> go = own_2
    fi
}

inline OWN_2() {                                      /* get next, ... */
    tell(GETS, OWN, FOUND(rec[k].kind != NOTHING));
    chain = chain | BIT(k);
    printf("   %d: get %d\n", me, k);
    if
    :: rec[k].kind == NOTHING ->
        go = undo
    :: rec[k].kind == MARKER ->
        left = left | rec[k].left;
        k = rec[k].next
    :: rec[k].kind == LIVE && s && s == C_SUB && left ->
        go = undo
    :: rec[k].kind == LIVE && !(s && s == C_SUB && left) ->
        witness(n, 0, 0);
        left = 0;
        go = THEN_BIND
    fi
}


/* BIND: n becomes one of its subject's sessions, and leaves another's */

inline LEAVE_1() {                                    /* get ~X */
    tell(GETS, OF_SUBJECT, FOUND(sub[C_SUB].there));
    get_sub(C_SUB);
    printf("   %d: get ~%d\n", me, C_SUB);
    if
    :: OVER(C_SUB, chain) ->
        go = undo
    :: else ->
        witness(n, 0, 0);
        go = (s -> bind_1 : (TAKES_OFF -> leave_2 : set_cookie))
    fi
}

inline bound_to(t) {
    witness(n, t, epoch);
    go = (TAKES_OFF -> leave_2
          : ((LIST_FIRST && op != LOGIN) -> move_2 : set_cookie))
}

inline BIND_1() {                                     /* get ~s */
    tell(GETS, OF_SUBJECT, FOUND(sub[s].there));
    get_sub(s);
    printf("   %d: get ~%d\n", me, s);
    epoch = sub[s].epoch;
    if
    :: SAME && OVER(s, (OLD_LISTED -> BIT(c) : chain)) &&
       !(EPOCH_ADOPTED && sub[s].there) ->
        go = undo
    :: else ->
        if
        :: !sub[s].there || MAX -> go = bind_2
        :: else -> bound_to(s)
        fi
    fi
}

inline BIND_2() {                                     /* add or cas ~s */
    if
    :: VERSION_SUB(s) ->
        tell((sub[s].there -> SETS : ADDS), OF_SUBJECT, DONE);
        if
        :: !sub[s].there -> new_epoch(s)
        :: else
        fi;
        epoch = sub[s].epoch;
        list(s);
        seen_sub[s] = 0;
        printf("   %d: cas ~%d with %d: DONE\n", me, s, n);
        bound_to(s);
        share(NAMES(s), DONE);
        look ! 0
    :: VERSION_SUB(s) && !sub[s].there && timeouts -> /* done, not known */
        times_out(ADDS, OF_SUBJECT);
        new_epoch(s);
        list(s);
        seen_sub[s] = 0;
        go = bind_1;
        look ! 0
    :: VERSION_SUB(s) && !sub[s].there && timeouts -> /* not done */
        times_out(ADDS, OF_SUBJECT);
        go = bind_1
    :: !VERSION_SUB(s) ->
        tell_failed(OF_SUBJECT);
        printf("   %d: cas ~%d: EXISTS\n", me, s);
        go = bind_1;
        share(NAMES(s), CONFLICT)
    fi
}

inline LEAVE_2() {                                    /* cas ~X */
    if
    :: VERSION_SUB(C_SUB) ->
        tell(SETS, OF_SUBJECT, DONE);
        take_off(C_SUB, BIT(c));
        seen_sub[C_SUB] = 0;
        printf("   %d: cas ~%d without %d\n", me, C_SUB, c);
        go = set_cookie;
        share(NAMES(C_SUB), DONE);
        look ! 0
    :: VERSION_SUB(C_SUB) && timeouts ->              /* done, not known */
        times_out(SETS, OF_SUBJECT);
        take_off(C_SUB, BIT(c));
        seen_sub[C_SUB] = 0;
        go = set_cookie;
        look ! 0
    :: VERSION_SUB(C_SUB) && timeouts ->              /* not done */
        times_out(SETS, OF_SUBJECT);
        go = set_cookie
    :: VERSION_SUB(C_SUB) && timeouts ->              /* the second look */
        timeouts--;
        go = set_cookie
    :: !VERSION_SUB(C_SUB) ->
        go = set_cookie
    fi
}

inline SET_COOKIE() {                                 /* Set-Cookie n */
    tell(SENDS, (n == c -> OWN : NEW), DONE);
    printf("   %d: Set-Cookie %d\n", me, n);
    check_set_cookie();
    if
    :: n != c ->
        assert(!cookie[n].sent);
        cookie[n].sent = 1;
        cookie[n].subject = s;
        cookie[n].epoch = epoch;
        cookie[n].attacker = (actor == ATTACKER);
        saved_in[me] = ((MERE && CHANGE) -> lineage[n] : 0)
    :: else
    fi;
    go = (op == STREAM -> watch : finish);
    look ! 0
}


/* the names: the oldest login stands first, and leaves first */

inline new_epoch(t) {
    epochs++;
    sub[t].there = 1;
    sub[t].epoch = epochs;
    sub[t].older = 0;
    sub[t].newer = 0
}

inline append(t) {
    if
    :: sub[t].older == 0 ->
        sub[t].older = n
    :: sub[t].older && MAX == 2 && sub[t].newer == 0 ->
        sub[t].newer = n
    :: else ->
        check_oldest(t);
        sub[t].older = (MAX == 2 -> sub[t].newer : n);
        sub[t].newer = (MAX == 2 -> n : 0)
    fi
}

inline take_off(t, ids) {
    if
    :: BIT(sub[t].newer) & (ids) -> sub[t].newer = 0
    :: else
    fi;
    if
    :: BIT(sub[t].older) & (ids) ->
        sub[t].older = sub[t].newer; sub[t].newer = 0
    :: else
    fi
}

inline list(t) {
    if
    :: MAX && SAME && !own && (BIT(sub[t].older) & chain) ->
        cookie[n].login = cookie[sub[t].older].login;
        if
        :: NAME_APPENDED ->
            sub[t].older = sub[t].newer; sub[t].newer = 0; append(t)
        :: else ->
            sub[t].older = n
        fi
    :: MAX && SAME && !own && (BIT(sub[t].newer) & chain) &&
       !(BIT(sub[t].older) & chain) ->
        cookie[n].login = cookie[sub[t].newer].login;
        sub[t].newer = n
    :: MAX && !(SAME && !own && (LISTS(t) & chain)) ->
        take_off(t, BIT(n));                          /* of a time-out */
        logins++;
        cookie[n].login = logins;
        append(t)
    :: else
    fi
}
