/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Finds the cookies of one name in a Cookie field, and writes Set-Cookie:
 * RFC 6265bis.
 */


#ifndef _NSESS_COOKIE_H_INCLUDED_
#define _NSESS_COOKIE_H_INCLUDED_


#include "nsess_buf.h"


typedef struct {
    const uint8_t  *pos;
    const uint8_t  *last;
} nsess_cookie_scan_t;


/* RFC 9110, section 5.6.2 */
#define NSESS_COOKIE_NAME_MARKS  "!#$%&'*+-.^_`|~"


typedef enum {
    NSESS_SAMESITE_UNSET = 0,
    NSESS_SAMESITE_LAX,
    NSESS_SAMESITE_STRICT,
    NSESS_SAMESITE_NONE
} nsess_samesite_e;


typedef enum {
    NSESS_SECURE_OFF = 0,
    NSESS_SECURE_ON,
    NSESS_SECURE_DEFAULT,           /* on, since nobody has written it */
    NSESS_SECURE_AUTO               /* written as off: ON is for a request that
                                       came over TLS */
} nsess_secure_e;


typedef struct {
    nsess_str_t         name;
    nsess_str_t         path;       /* len 0: no attribute */
    nsess_str_t         domain;     /* len 0: no attribute */
    nsess_samesite_e    samesite;
    int64_t             max_age;    /* s; -1: no attribute */
    const nsess_str_t  *expires;    /* an HTTP date; NULL: no attribute */
    nsess_secure_e      secure;
    unsigned            httponly:1;
    unsigned            partitioned:1;
} nsess_cookie_t;


#pragma GCC visibility push(hidden)


/*
 * The next cookie of that name, which is a token, compared with case.
 * NSESS_OK: *value points into the field, without the blanks and one pair of
 * double quotes around it; NSESS_DECLINED: there are no more.  _raw() keeps the
 * quotes.
 */
nsess_rc_t nsess_cookie_next(nsess_cookie_scan_t *s, nsess_str_t name,
    nsess_str_t *value);
nsess_rc_t nsess_cookie_next_raw(nsess_cookie_scan_t *s, nsess_str_t name,
    nsess_str_t *value);

/* is it a token: letters, digits and NSESS_COOKIE_NAME_MARKS? */
int nsess_cookie_is_name(nsess_str_t name);

/*
 * NULL: browsers take such a cookie; or a text that says what is wrong: the
 * name is not a token (RFC 9110); path or domain have a byte that the syntax
 * does not allow; the path does not begin with "/"; SameSite=None or
 * Partitioned is without Secure; or the name has a prefix whose rules are
 * broken: "__Host-", "__Secure-", "__Http-", "__Host-Http-".
 */
const char *nsess_cookie_check(const nsess_cookie_t *cookie);

/* is it written with Secure? */
int nsess_cookie_is_secure(const nsess_cookie_t *cookie);

/* writes the value of a Set-Cookie header: name=value and the attributes */
void nsess_cookie_write(nsess_writer_t *w, const nsess_cookie_t *cookie,
    nsess_str_t value);

/* writes the same attributes, an empty value, Max-Age=0 and an old Expires */
void nsess_cookie_write_expired(nsess_writer_t *w,
    const nsess_cookie_t *cookie);


#pragma GCC visibility pop


/* field is the value of one Cookie header; it must outlive the scan */

static inline void
nsess_cookie_scan(nsess_cookie_scan_t *s, nsess_str_t field)
{
    s->pos = field.data;
    s->last = field.data + field.len;
}


/* 1: nothing is left of the field */

static inline int
nsess_cookie_is_done(const nsess_cookie_scan_t *s)
{
    return s->pos == s->last;
}


#endif /* _NSESS_COOKIE_H_INCLUDED_ */
