/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * The model: one scenario of the folder beside it, with switches, both from
 * the environment (check.pl sets them), so that one verifier does for all.
 */

#include "processes.pml"

#include "scenarios/application.pml"
#include "scenarios/chain.pml"
#include "scenarios/fixation.pml"
#include "scenarios/fixation_after.pml"
#include "scenarios/fixation_subject.pml"
#include "scenarios/followed.pml"
#include "scenarios/group.pml"
#include "scenarios/group_login.pml"
#include "scenarios/left.pml"
#include "scenarios/login.pml"
#include "scenarios/logout.pml"
#include "scenarios/lost.pml"
#include "scenarios/marker_lost.pml"
#include "scenarios/max.pml"
#include "scenarios/max_login.pml"
#include "scenarios/parallel.pml"
#include "scenarios/resign.pml"
#include "scenarios/revoke.pml"
#include "scenarios/shadow.pml"
#include "scenarios/stream.pml"
#include "scenarios/switch.pml"
#include "scenarios/timeout.pml"


c_decl {
    extern char *getenv(const char *name);
    extern int atoi(const char *number);
    extern int strcmp(const char *one, const char *two);
    extern long strtol(const char *text, char **end, int base);
};

#define SWITCH(name)  if (getenv(#name)) { now.name = atoi(getenv(#name)); }
#define SCENE(name, number) \
    if (strcmp(getenv("SCENARIO"), #name) == 0) { now.scene = number; }

byte scene;

init {
    atomic {
        c_code {
            SWITCH(SUBJECT) SWITCH(MAX) SWITCH(GRACE) SWITCH(SERVERS)
            SWITCH(WITHOUT_P4) SWITCH(WITHOUT_P7) SWITCH(STRICT)
            SWITCH(MORE) SWITCH(WHAT) SWITCH(BESIDE) SWITCH(OWNER)
            SWITCH(REPLACED) SWITCH(LOSES) SWITCH(timeouts)

            SWITCH(LOGIN_JOINS) SWITCH(SHORT_CHAIN) SWITCH(SUBJECT_IN_PLACE)
            SWITCH(FIRST_COOKIE) SWITCH(BLIND_DELETE) SWITCH(EPOCH_ADOPTED)
            SWITCH(REVOKE_BY_COOKIE) SWITCH(NEWEST_LISTED)
            SWITCH(JOINED_UNWATCHED) SWITCH(SIGNED_UNCONFIRMED)
            SWITCH(MARKER_DELETED) SWITCH(REGENERATE_FORKS)
            SWITCH(SAVE_CONFIRMS) SWITCH(OLD_LISTED) SWITCH(RECORD_FIRST)
            SWITCH(READ_ONCE) SWITCH(MERGED_ACROSS) SWITCH(TIMEOUT_FAILS)
            SWITCH(NAME_APPENDED) SWITCH(SET_AGAIN) SWITCH(MARKER_UNKNOWN)
            SWITCH(MARKER_CONFIRMS) SWITCH(LOGIN_UNMARKED)
            SWITCH(OWN_UNCONFIRMED) SWITCH(LEFT_UNCONFIRMED)
            SWITCH(DEAD_END) SWITCH(BLIND_RETRY) SWITCH(BLIND_SAVE)
            SWITCH(OWN_TAKES_OFF) SWITCH(MARKER_FIRST) SWITCH(LIST_FIRST)
            SWITCH(GROUP_UNWRITTEN) SWITCH(GROUP_LOST) SWITCH(GROUP_DEAD)
            SWITCH(GROUP_UNREAD)
            FOLLOW()

            SCENE(application, 1) SCENE(chain, 2) SCENE(fixation, 3)
            SCENE(fixation_after, 4) SCENE(fixation_subject, 5) SCENE(left, 6)
            SCENE(login, 7) SCENE(logout, 8) SCENE(lost, 9)
            SCENE(marker_lost, 10) SCENE(max, 11) SCENE(max_login, 12)
            SCENE(resign, 13) SCENE(revoke, 14) SCENE(shadow, 15)
            SCENE(stream, 16) SCENE(switch, 17) SCENE(timeout, 18)
            SCENE(parallel, 19) SCENE(followed, 20) SCENE(group, 21)
            SCENE(group_login, 22)
        };

        run Observer();

        if
        :: scene == 1 -> scene_application()
        :: scene == 2 -> scene_chain()
        :: scene == 3 -> scene_fixation()
        :: scene == 4 -> scene_fixation_after()
        :: scene == 5 -> scene_fixation_subject()
        :: scene == 6 -> scene_left()
        :: scene == 7 -> scene_login()
        :: scene == 8 -> scene_logout()
        :: scene == 9 -> scene_lost()
        :: scene == 10 -> scene_marker_lost()
        :: scene == 11 -> scene_max()
        :: scene == 12 -> scene_max_login()
        :: scene == 13 -> scene_resign()
        :: scene == 14 -> scene_revoke()
        :: scene == 15 -> scene_shadow()
        :: scene == 16 -> scene_stream()
        :: scene == 17 -> scene_switch()
        :: scene == 18 -> scene_timeout()
        :: scene == 19 -> scene_parallel()
        :: scene == 20 -> scene_followed()
        :: scene == 21 -> scene_group()
        :: scene == 22 -> scene_group_login()
        fi
    }
}
