/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * What is stored, what was sent, and what only the model knows.
 *
 * Ids are numbers from 1, 0 is no id.  Subjects are numbers from 1, 0 is
 * nobody.
 */

#define IDS       4      /* ids that may be used */
#define SUBJECTS  2

/* the manager, and what takes part */

bit       SUBJECT = 1;       /* it has "subject" */
unsigned  MAX : 2;           /* max_sessions, at most 2; 0: without */
bit       GRACE = 1;         /* 0: regenerate_grace 0 */
unsigned  SERVERS : 2 = 1;   /* 2: two gets are carried out in any order */
bit       APP;               /* an application writes subjects into records */
bit       STOLEN;            /* the attacker may have the victim's cookie */

bit       MORE;              /* a fifth request, for "make model" */

/* to see another property fail later; P4 of a single moment */

bit       WITHOUT_P4;
bit       WITHOUT_P7;
bit       STRICT;

#define BIT(x)    (1 << (x))


/* the store */

#define NOTHING   0
#define LIVE      1
#define MARKER    2

typedef Record {
    unsigned  kind : 2;
    unsigned  subject : 2;   /* of a marker: of the data that it shows */
    unsigned  next : 3;      /* of a marker: the id that replaced this one */
    unsigned  who : 2;       /* model: the actor who logged in */
    bit       bound;         /* a cookie with the subject was made for it */
    bit       first;         /* the session never had another id */
    bit       answers;       /* of a marker: before "until" */
    bit       changed;       /* of a marker: the subject changed */
    bit       left;          /* of a marker: it was somebody's who left */
    byte      data;          /* a bit for each request that changed a key */
};

typedef Names {              /* of a subject's record */
    bit       there;
    unsigned  epoch : 4;
    unsigned  older : 3;     /* with max_sessions: the ids of its sessions */
    unsigned  newer : 3;
};

Record  rec[IDS + 1];
Names   sub[SUBJECTS + 1];
byte    epochs;              /* the last one that was given */

/*
 * Versions: a bit for each request that read what is there now.  A write
 * clears all bits, so a later "cas" of those who read before finds EXISTS.
 */

byte    seen[IDS + 1];
byte    seen_sub[SUBJECTS + 1];


/* the cookies that responses have set: of one id only one pair */

typedef Cookie {
    bit       sent;
    bit       attacker;      /* the attacker has it */
    unsigned  subject : 2;
    unsigned  epoch : 4;
    unsigned  login : 3;     /* model: the order of the logins */
};

Cookie  cookie[IDS + 1];


/* what only the model knows: a session is all ids made by moves from one */

typedef Session {
    bit       over;          /* destroyed, revoked, pushed out or lost */
    bit       ended;         /* an end of it was acknowledged */
    bit       left;          /* its subject changed from somebody's */
    bit       renamed;       /* became a subject's without a new id */
    unsigned  revoked : 2;   /* all sessions of this subject were ended */
};

Session   session[IDS + 1];
byte      lineage[IDS + 1];  /* of an id: its session */
byte      saved_in[8];       /* of a request: where its change was saved */
byte      unwatched;         /* the session of a stream without rechecks */
unsigned  logins : 3;
unsigned  running : 4;       /* requests that have not ended */

unsigned  timeouts : 2;      /* commands that may time out */
unsigned  late_id : 3;       /* a marker that may be written late */
unsigned  late_next : 3;
bit       late_changed;
bit       late_left;

#define VICTIM    1
#define ATTACKER  2

chan      look = [0] of { bit };


/*
 * The properties.  Nothing ever sets them: an "assert" with one is reached
 * when it is broken, and spin says which.
 */

bit  P1_an_acknowledged_end_is_final;
bit  P2_no_session_of_another_opens;
bit  P2W_no_write_into_a_session_of_another;
bit  P3_no_acknowledged_change_is_lost;
bit  P4_a_cookie_that_is_set_is_good;
bit  P5_no_more_than_max_sessions;
bit  P7_only_what_is_over_is_told_to_be;
