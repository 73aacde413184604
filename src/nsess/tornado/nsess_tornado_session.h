/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Sessions of tornado-memcached-sessions: two cookies, both signed by Tornado
 * (nsess_tornado.h).  One holds the session's id, hex SHA-256(session secret,
 * UUID4 as text), which is the key in memcached as it stands; the other holds
 * hex HMAC-SHA256(key = id, message = session secret), whose arguments are
 * exchanged in the original, and therefore here.
 */


#ifndef _NSESS_TORNADO_SESSION_H_INCLUDED_
#define _NSESS_TORNADO_SESSION_H_INCLUDED_


#include "nsess_key.h"
#include "nsess_sha256.h"
#include "nsess_tornado_keys.h"


#define NSESS_TORNADO_ID_LEN  (2 * NSESS_SHA256_LEN)    /* as made anew */


/*
 * MACs for the cookies of one request.  A request is to cost 64 at the most; a
 * CSRF token takes up to 8 of them, new cookies 3, an assertion 1.
 */
#define NSESS_TORNADO_MACS_MAX  48

/* of the cookies of one name, so many are checked, the last ones */
#define NSESS_TORNADO_COOKIES   4


typedef struct {
    nsess_tornado_keys_t  *keys;
    nsess_str_t            id_name;
    nsess_str_t            verification_name;
    nsess_str_t            secret;      /* the session secret */
    int64_t                max_age;     /* s */
    nsess_hmac_t          *hmac;
    nsess_sha256_t        *sha256;
} nsess_tornado_session_t;


/* the cookies of a request; Tornado would take the first of each */
typedef struct {
    nsess_str_t            ids[NSESS_TORNADO_COOKIES];
    size_t                 nids;
    nsess_str_t            verifications[NSESS_TORNADO_COOKIES];
    size_t                 nverifications;
} nsess_tornado_cookies_t;


typedef struct {
    size_t                 secret;      /* index of the session secret */
    size_t                 len;
    uint8_t                id[NSESS_KEY_MAX];
} nsess_tornado_found_t;


#pragma GCC visibility push(hidden)


/*
 * The caller fills in all up to max_age, and keeps the strings and the keys
 * until nsess_tornado_session_free(); the secret is of at least one byte.
 * NSESS_ERROR: it is empty, or libcrypto failed, nothing is to be freed.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_tornado_session_init(nsess_tornado_session_t *s);
void nsess_tornado_session_free(nsess_tornado_session_t *s);

/*
 * Finds the sessions that the cookies of a request are good for, each id once.
 * An id is good together with any of the verifications, by any of the n
 * session secrets, which share their keys.  Cookies have their quotes; those
 * that Tornado would take come first, up to NSESS_TORNADO_COOKIES of each kind.
 * Each is verified once.  At most NSESS_TORNADO_MACS_MAX MACs are computed;
 * the cookies after that are refused with NSESS_E_MACS.
 *
 * Returns the number of sessions in found, which has room for one of each id
 * cookie.  err->code: why a cookie was refused, NSESS_E_EXPIRED before any
 * other reason; NSESS_E_NONE: no cookie was refused.
 */
size_t nsess_tornado_session_find(nsess_tornado_session_t *sessions,
    size_t n, const nsess_tornado_cookies_t *cookies, int64_t now,
    nsess_tornado_found_t *found, nsess_err_t *err);

/* a new id; NSESS_ERROR: libcrypto or the system's random source failed */
NSESS_WARN_UNUSED
nsess_rc_t nsess_tornado_session_new(nsess_tornado_session_t *s,
    uint8_t id[NSESS_TORNADO_ID_LEN]);

/*
 * Writes the values of both cookies of an id, quoted as Python quotes them;
 * each may be counting.  NSESS_ERROR: NSESS_E_ID, it cannot be a key;
 * otherwise as nsess_tornado_sign().
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_tornado_session_write(nsess_tornado_session_t *s,
    nsess_str_t id, int64_t now, nsess_writer_t *id_cookie,
    nsess_writer_t *verification_cookie, nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_TORNADO_SESSION_H_INCLUDED_ */
