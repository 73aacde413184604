/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * The properties: what the model notes, and where it asserts.
 */


/*
 * P4: each of the cookie's two records was seen good at some command of the
 * request's last phase; so was the session that it comes from (P1).
 */

inline witness(an_id, a_subject, at) {
    if
    :: rec[an_id].kind == LIVE -> good = good | 1
    :: else
    fi;
    if
    :: a_subject == 0 || (sub[a_subject].there && sub[a_subject].epoch == at &&
                          (MAX == 0 || (LISTS(a_subject) & BIT(an_id)))) ->
        good = good | 2
    :: else
    fi;
    if
    :: !session[lineage[c]].ended &&
       (C_SUB == 0 || session[lineage[c]].revoked != C_SUB) ->
        good = good | 4
    :: else
    fi
}

#define GOOD_NOW  (rec[n].kind == LIVE && (s == 0 || (sub[s].there \
                   && sub[s].epoch == epoch \
                   && (MAX == 0 || (LISTS(s) & BIT(n))))))

inline check_set_cookie() {
    assert(((good & 3) == 3 && (!STRICT || GOOD_NOW)) || WITHOUT_P4 ||
           P4_a_cookie_that_is_set_is_good);
    assert(!ALIVE || (good & 4) || P1_an_acknowledged_end_is_final);
    if
    :: s && !(sub[s].there && sub[s].epoch == epoch) ->
        session[lineage[n]].over = 1                  /* revoked meanwhile */
    :: else
    fi
}


/* P7: a request is told that its session is over, or was replaced */

inline told_over(why) {
    printf("   %d: is told that its session is over\n", me);
    assert(session[lineage[c]].over || (why) || WITHOUT_P7 ||
           P7_only_what_is_over_is_told_to_be)
}


/* P2W: a change was written into x, and will be acknowledged (for P3) */

#define MAY_WRITE(x)  (STOLEN || \
                       (!(actor == ATTACKER && rec[x].who == VICTIM) \
                        && !(actor == VICTIM && c2 && cookie[x].attacker)))

inline acknowledged(x) {
    assert(MAY_WRITE(x) || P2W_no_write_into_a_session_of_another);
    saved_in[me] = (op == LOGIN -> 0 : lineage[x])
}


/* P5: who is pushed out logged in before the others */

inline check_oldest(t) {
    session[lineage[sub[t].older]].over = 1;
    assert(MAX == 1 || cookie[sub[t].older].login <= cookie[sub[t].newer].login ||
           P5_no_more_than_max_sessions)
}


/*
 * P1: whose sessions a session_revoke_all ends, those with cookies from
 * before it, and those that became the subject's in place.
 */

inline note_revoke() {
    if
    :: op == REVOKE && subj ->
        named = subj;
        was = (sub[subj].there -> sub[subj].epoch : epochs)
    :: else
    fi
}

inline over_of(t) {
    for (i : 1 .. IDS) {
        if
        :: cookie[i].sent && cookie[i].subject == t ->
            session[lineage[i]].over = 1
        :: cookie[i].sent && cookie[i].subject != t &&
           rec[i].kind == LIVE && rec[i].subject == t ->
            session[lineage[i]].renamed = 1
        :: else
        fi
    }
    i = 0
}

inline note_end() {
    session[lineage[c]].ended = 1;
    for (i : 1 .. IDS) {
        if
        :: named && cookie[i].sent &&
           (session[lineage[i]].renamed ||
            (cookie[i].subject == named && cookie[i].epoch <= was)) ->
            session[lineage[i]].revoked = named
        :: else
        fi
    }
    i = 0
}


/* the observer: loads with each cookie that was ever sent */

inline load_now() {
    LOAD();
    do
    :: go == load_1 -> LOAD_1()
    :: go == load_2 -> LOAD_2()
    :: go == load_4 -> LOAD_4()
    :: else -> break
    od
}

inline forget() {
    k = 0; chain = 0; listed = 0; data = 0; subj = 0; who = 0; crossed = 0;
    lapsed = 0; other = 0; again = 0; asked = 0; status = DEAD; go = finish
}

#define REVOKED  session[lineage[c]].revoked

inline check_cookies() {
    c = 1;
    do
    :: c > IDS -> break
    :: c <= IDS && !cookie[c].sent -> c++
    :: c <= IDS && cookie[c].sent ->
        load_now();
        if
        :: ALIVE ->
            assert(!session[lineage[c]].ended ||
                   P1_an_acknowledged_end_is_final);
            assert(!REVOKED || (C_SUB != REVOKED && subj != REVOKED) ||
                   P1_an_acknowledged_end_is_final);
            assert(STOLEN || !(cookie[c].attacker && who == VICTIM) ||
                   P2_no_session_of_another_opens);
            count = count + (status == GOOD && subj == 1)
        :: status == DEAD ->
            assert(session[lineage[c]].over || lapsed || (other && APP) ||
                   WITHOUT_P7 || P7_only_what_is_over_is_told_to_be)
        :: else
        fi;
        forget();
        c++
    od;
    c = 0
}

/* all requests have ended: P3, P5, and streams that are still open */

inline check_quiet() {
    if
    :: running == 0 ->
        assert(MAX == 0 || count <= MAX || P5_no_more_than_max_sessions);
        assert(!session[unwatched].ended || P1_an_acknowledged_end_is_final);
        for (k : 0 .. 6) {
            if
            :: saved_in[k] && !session[saved_in[k]].over &&
               !session[saved_in[k]].left ->
                for (c : 1 .. IDS) {
                    data = data | ((rec[c].kind == LIVE &&
                                    lineage[c] == saved_in[k]) ->
                                   rec[c].data : 0)
                }
                assert((data & BIT(k)) || P3_no_acknowledged_change_is_lost);
                data = 0
            :: else
            fi
        }
        k = 0;
        c = 0
    :: else
    fi;
    count = 0
}
