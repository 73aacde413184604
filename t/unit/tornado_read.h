/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The session of one pair of cookies, as Tornado finds it: what the module
 * does with several of them, made simple.
 */


#ifndef _TORNADO_READ_H_INCLUDED_
#define _TORNADO_READ_H_INCLUDED_


#include <string.h>

#include "nsess_cookie.h"
#include "nsess_tornado_session.h"


/*
 * The last cookie of that name in a Cookie field, which is the one that
 * Tornado takes, with its quotes.  NSESS_DECLINED: there is none, *value is
 * not changed.
 */

static nsess_rc_t
tornado_cookie(nsess_str_t field, nsess_str_t name, nsess_str_t *value)
{
    nsess_rc_t           rc;
    nsess_cookie_scan_t  scan;

    rc = NSESS_DECLINED;

    nsess_cookie_scan(&scan, field);

    while (nsess_cookie_next_raw(&scan, name, value) == NSESS_OK) {
        rc = NSESS_OK;
    }

    return rc;
}


/*
 * Both cookies have their quotes; len 0: it is missing.  NSESS_DECLINED: the
 * id cookie is missing, or empty; NSESS_ERROR: err says what is wrong.
 */

static nsess_rc_t
tornado_read(nsess_tornado_session_t *s, nsess_str_t id_cookie,
    nsess_str_t verification_cookie, int64_t now,
    uint8_t id[NSESS_KEY_MAX], size_t *len, nsess_err_t *err)
{
    nsess_tornado_found_t    found[NSESS_TORNADO_COOKIES];
    nsess_tornado_cookies_t  cookies;

    if (id_cookie.len == 0
        || (id_cookie.len == 2 && memcmp(id_cookie.data, "\"\"", 2) == 0))
    {
        err->pos = 0;
        err->code = NSESS_E_LENGTH;
        return NSESS_DECLINED;
    }

    cookies.ids[0] = id_cookie;
    cookies.nids = 1;
    cookies.verifications[0] = verification_cookie;
    cookies.nverifications = 1;

    if (nsess_tornado_session_find(s, 1, &cookies, now, found, err) == 0) {
        return NSESS_ERROR;
    }

    memcpy(id, found[0].id, found[0].len);
    *len = found[0].len;

    return NSESS_OK;
}


#endif /* _TORNADO_READ_H_INCLUDED_ */
