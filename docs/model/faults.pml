/*
 * Copyright (C) the ngx_http_session_module authors
 *
 * Faults that can be put back.  README.md tells where each comes from, and
 * checks.txt which property finds it in which scenario.
 */


/* a login under an id that was replaced writes into the session behind it */

bit LOGIN_JOINS;

/* a load takes a session for good behind the second marker of a chain */

bit SHORT_CHAIN;

/* a change of subject keeps the id; a load compares no subjects */

bit SUBJECT_IN_PLACE;

/* of two good cookies the one that stands first is taken */

bit FIRST_COOKIE;

/* a logout deletes the id of its cookie, whatever is there by now */

bit BLIND_DELETE;

/* a move within one subject adopts the epoch that it finds */

bit EPOCH_ADOPTED;

/* session_revoke_all goes by the cookie's subject */

bit REVOKE_BY_COOKIE;

/* session_recheck wants the newest id of the chain to be listed */

bit NEWEST_LISTED;

/* a stream whose new id was not taken is not looked at again */

bit JOINED_UNWATCHED;

/* a cookie is signed again without a look at the store */

bit SIGNED_UNCONFIRMED;

/* a logout deletes the markers that it follows */

bit MARKER_DELETED;

/* a mere regenerate under an id that was replaced takes an id of its own */

bit REGENERATE_FORKS;

/* a save that succeeded is enough to sign the cookie again */

bit SAVE_CONFIRMS;

/* a login under an id that was replaced wants this id to be listed */

bit OLD_LISTED;

/* a load reads the session's record before the subject's */

bit RECORD_FIRST;

/* with several servers: the record is not read again */

bit READ_ONCE;

/* ordinary changes are merged across a change of subject */

bit MERGED_ACROSS;

/* a marker's write that timed out counts as one that failed */

bit TIMEOUT_FAILS;

/* a new id within one subject is appended to the names */

bit NAME_APPENDED;

/* after a time-out the new id is written whatever is there by now */

bit SET_AGAIN;

/* a request does not know its own marker */

bit MARKER_UNKNOWN;

/* after a time-out the marker is enough to go on, the new id is not read */

bit MARKER_CONFIRMS;

/* without "subject" a login's marker is like that of a mere regenerate */

bit LOGIN_UNMARKED;

/* a login under an id that was replaced does not look whether it goes on */

bit OWN_UNCONFIRMED;

/* whoever leaves a subject does not look whether it was revoked */

bit LEFT_UNCONFIRMED;

/* a logout under a cookie that its subject's record calls dead does nothing */

bit DEAD_END;

/* a delete that met another version is tried again without a get */

bit BLIND_RETRY;

/* an ordinary change is written without a version */

bit BLIND_SAVE;

/* a login with an id of its own takes the session that goes on off its list */

bit OWN_TAKES_OFF;

/* who was taken along is told that it was saved, though the cas failed */

bit GROUP_UNWRITTEN;

/* its change is not in what was written */

bit GROUP_LOST;

/* it is told that it was saved, though there was no record any more */

bit GROUP_DEAD;

/* it is taken along whatever those before it have made of the record */

bit GROUP_UNREAD;


/* orders that matter, the other way round */

/* the marker is written before the record of the new id */

bit MARKER_FIRST;

/* the new id is listed before the marker is written */

bit LIST_FIRST;
