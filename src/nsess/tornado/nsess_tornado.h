/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Tornado's signed values, which its applications call secure cookies:
 * create_signed_value() and decode_signed_value() of tornado/web.py (6.2).
 *
 *     format 2   2|len:key version|len:time|len:name|len:base64|MAC
 *                MAC: hex HMAC-SHA256(secret, all before it)
 *     format 1   base64|time|MAC
 *                MAC: hex HMAC-SHA1(secret, name base64 time), no delimiters
 *
 * Times are Unix seconds, lengths are bytes, all numbers are decimal.  A value
 * that begins with a number up to 999 and "|" has that format; any other value
 * has format 1.
 *
 * What Tornado signs is accepted here, and what it refuses is refused.  In
 * place of a number, Python would also take blanks, a sign, underscores and
 * any length; Tornado never writes them, and they are refused here.
 */


#ifndef _NSESS_TORNADO_H_INCLUDED_
#define _NSESS_TORNADO_H_INCLUDED_


#include "nsess_buf.h"
#include "nsess_tornado_keys.h"


#define NSESS_TORNADO_VALUE_MAX  4096       /* RFC 6265, section 6.1 */
#define NSESS_TORNADO_FUTURE     2678400    /* s; 31 days, web.py: format 1 */


#pragma GCC visibility push(hidden)


/*
 * Checks the value of the cookie of that name, without quotes and escapes
 * (nsess_cookie_quote.h), and writes its payload, any bytes, to w, never more
 * than 3 for each 4 of the value.  now (Unix time) and max_age (s) are not
 * negative; a value of exactly max_age passes.  The MAC is compared, in
 * constant time, before name, time and payload are looked at.
 *
 * NSESS_ERROR, and what w has is of no use: NSESS_E_LENGTH, the value is empty
 * (for Tornado, the cookie is missing then); NSESS_E_VERSION, an unknown
 * format, or format 1 with key versions; NSESS_E_SYNTAX, at err->pos;
 * NSESS_E_KEY, an unknown key version; NSESS_E_SIGNATURE; NSESS_E_MACS,
 * keys->left is 0; NSESS_E_NAME, signed for another cookie; NSESS_E_EXPIRED;
 * NSESS_E_FUTURE, of format 1 only, by more than NSESS_TORNADO_FUTURE;
 * NSESS_E_TRUNCATED, base64 ends early; NSESS_E_SIZE, the payload does not fit;
 * NSESS_E_CRYPTO.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_tornado_verify(nsess_tornado_keys_t *keys, nsess_str_t name,
    nsess_str_t value, int64_t now, int64_t max_age, nsess_writer_t *w,
    nsess_err_t *err);

/*
 * Writes a value of format 2, up to NSESS_TORNADO_VALUE_MAX bytes, signed by
 * the first key.  NSESS_ERROR, with nothing written: NSESS_E_KEY, there is no
 * key; NSESS_E_SIZE, the value is longer; NSESS_E_CRYPTO.  w may be counting.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_tornado_sign(nsess_tornado_keys_t *keys, nsess_str_t name,
    nsess_str_t payload, int64_t now, nsess_writer_t *w, nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_TORNADO_H_INCLUDED_ */
