/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * What ends: DESTROY, REVOKE_ALL; and streams that are looked at again.
 */


/* DESTROY: what is live at the end of the chain; s: whose it was */

#define THEN_LIST  ((MAX && s) -> destroy_3 : answer)

inline DESTROY_1() {                                  /* delete k with cas */
    if
    :: VERSION(k) || (BLIND_DELETE && k == c && rec[k].kind != NOTHING) ->
        tell(DELETES, OWN, DONE);
        s = rec[k].subject;
        session[lineage[k]].over = 1;
        delete(k);
        printf("   %d: delete %d: DONE\n", me, k);
        go = THEN_LIST;
        look ! 0
    :: !VERSION(k) && rec[k].kind == NOTHING ->
        tell(DELETES, OWN, MISSING);
        printf("   %d: delete %d: MISSING\n", me, k);
        go = THEN_LIST
    :: else ->
        tell(DELETES, OWN, CONFLICT);
        printf("   %d: delete %d: EXISTS\n", me, k);
        go = (BLIND_RETRY -> destroy_1 : destroy_2)
    fi
}

inline DESTROY_2() {                                  /* get k */
    tell(GETS, OWN, FOUND(rec[k].kind != NOTHING));
    get(k);
    chain = chain | BIT(k);
    printf("   %d: get %d\n", me, k);
    if
    :: rec[k].kind == NOTHING -> go = THEN_LIST
    :: rec[k].kind == LIVE -> go = destroy_1
    :: rec[k].kind == MARKER ->
        if
        :: MARKER_DELETED -> rec[k].kind = NOTHING
        :: else
        fi;
        k = rec[k].next
    fi
}

inline DESTROY_3() {                                  /* get ~s */
    if
    :: tell(GETS, OF_SUBJECT, FOUND(sub[s].there));
        get_sub(s);
        go = ((sub[s].there && (LISTS(s) & chain)) -> destroy_4 : answer)
    :: timeouts ->
        times_out(GETS, OF_SUBJECT);
        go = answer
    fi
}

inline DESTROY_4() {                                  /* cas ~s */
    if
    :: VERSION_SUB(s) ->
        tell(SETS, OF_SUBJECT, DONE);
        take_off(s, chain);
        seen_sub[s] = 0;
        printf("   %d: cas ~%d without its ids: DONE\n", me, s);
        go = answer;
        share(NAMES(s), DONE);
        look ! 0
    :: VERSION_SUB(s) && timeouts ->                  /* done, not known */
        times_out(SETS, OF_SUBJECT);
        take_off(s, chain);
        seen_sub[s] = 0;
        go = answer;
        look ! 0
    :: VERSION_SUB(s) && timeouts ->                  /* not done */
        times_out(SETS, OF_SUBJECT);
        go = answer
    :: !VERSION_SUB(s) ->
        tell_failed(OF_SUBJECT);
        go = destroy_3
    fi
}

inline ANSWER() {                                     /* no command */
    printf("   %d: the end is acknowledged\n", me);
    note_end();
    go = finish;
    look ! 0
}


/* REVOKE_ALL: the sessions of the record's subject, then its own chain */

inline REVOKE_1() {                                   /* get ~s */
    tell(GETS, OF_SUBJECT, FOUND(sub[subj].there));
    get_sub(subj);
    printf("   %d: get ~%d\n", me, subj);
    if
    :: C_SUB == subj && sub[subj].there && sub[subj].epoch != cookie[c].epoch ->
        go = destroy_2                                /* revoked already */
    :: else ->
        go = revoke_2
    fi
}

inline REVOKE_2() {                                   /* add or cas ~s */
    if
    :: VERSION_SUB(subj) ->
        tell((sub[subj].there -> SETS : ADDS), OF_SUBJECT, DONE);
        new_epoch(subj);
        seen_sub[subj] = 0;
        over_of(subj);
        printf("   %d: cas ~%d, a new epoch: DONE\n", me, subj);
        go = destroy_2;
        share(NAMES(subj), DONE);
        look ! 0
    :: VERSION_SUB(subj) && !sub[subj].there && timeouts -> /* done */
        times_out(ADDS, OF_SUBJECT);
        new_epoch(subj);
        seen_sub[subj] = 0;
        over_of(subj);
        go = revoke_1;
        look ! 0
    :: VERSION_SUB(subj) && !sub[subj].there && timeouts -> /* not done */
        times_out(ADDS, OF_SUBJECT);
        go = revoke_1
    :: !VERSION_SUB(subj) ->
        tell_failed(OF_SUBJECT);
        go = revoke_1
    fi
}


/* a stream: its session is loaded again, with the id that it has now */

inline WATCH() {
    if
    :: JOINED_UNWATCHED && !(cookie[n].sent && lineage[n] == lineage[c]) ->
        unwatched = lineage[c];
        go = finish
    :: else ->
        c = ((cookie[n].sent && lineage[n] == lineage[c]) -> n : c);
        crossed = 0; lapsed = 0; other = 0; again = 0; asked = 0;
        chain = 0; listed = 0;
        watching = 1;
        op = LOOK;
        LOAD()
    fi
}
