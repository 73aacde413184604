/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* What is wrong with a server. */


#include "ngx_session_mc_reason.h"
#include "nsess_str.h"


/*
 * Found by test: 1.6.0 to 1.6.9 know other meta commands, and up to 1.6.17 a
 * miss comes without its opaque.
 */
#define NGX_SESSION_MC_VERSION_MAJOR  1
#define NGX_SESSION_MC_VERSION_MINOR  6
#define NGX_SESSION_MC_VERSION_PATCH  18

#define NGX_SESSION_MC_NUMBER_MAX     1000000

/* RFC 8446, 5.1: the type of an alert, and the first byte of any version */
#define NGX_SESSION_MC_TLS_ALERT      0x15
#define NGX_SESSION_MC_TLS_VERSION    0x03


static const uint8_t *ngx_session_mc_version_number(const uint8_t *pos,
    const uint8_t *last, uint64_t *n);


ngx_session_reason_e
ngx_session_mc_reason_reply(const nsess_mc_expect_t *expect,
    const nsess_mc_reply_t *reply)
{
    static const nsess_str_t  unauthenticated =
        nsess_string("unauthenticated");

    switch (reply->status) {

    case NSESS_MC_CLIENT_ERROR:

        if (expect->command == NSESS_MC_AUTH) {
            return NGX_SESSION_REASON_AUTH_REFUSED;
        }

        if (nsess_str_equal(reply->value, unauthenticated)) {
            return NGX_SESSION_REASON_AUTH_WANTED;
        }

        return NGX_SESSION_REASON_PROTOCOL;

    case NSESS_MC_UNKNOWN:

        /* with a text, it does not speak of the command */

        return reply->value.len == 0 ? NGX_SESSION_REASON_COMMAND
                                     : NGX_SESSION_REASON_PROTOCOL;

    case NSESS_MC_VERSION:
        return NGX_SESSION_REASON_TOO_OLD;

    default:
        return NGX_SESSION_REASON_PROTOCOL;
    }
}


ngx_session_reason_e
ngx_session_mc_reason_bytes(const u_char *pos, const u_char *last)
{
    if (last - pos >= 2
        && pos[0] == NGX_SESSION_MC_TLS_ALERT
        && pos[1] == NGX_SESSION_MC_TLS_VERSION)
    {
        return NGX_SESSION_REASON_TLS_WANTED;
    }

    return NGX_SESSION_REASON_PROTOCOL;
}


ngx_session_reason_e
ngx_session_mc_reason_closed(const u_char *pos, const u_char *last,
    ngx_session_reason_e reason)
{
    if (pos == last) {
        return NGX_SESSION_REASON_UNANSWERED;
    }

    return ngx_session_mc_reason_bytes(pos, last)
           == NGX_SESSION_REASON_TLS_WANTED
           ? NGX_SESSION_REASON_TLS_WANTED : reason;
}


ngx_uint_t
ngx_session_mc_version_good(nsess_str_t version)
{
    uint64_t        major, minor, patch;
    const uint8_t  *pos, *last;

    pos = version.data;
    last = pos + version.len;

    pos = ngx_session_mc_version_number(pos, last, &major);
    pos = ngx_session_mc_version_number(pos, last, &minor);
    pos = ngx_session_mc_version_number(pos, last, &patch);

    if (pos == NULL) {
        return 1;
    }

    if (major != NGX_SESSION_MC_VERSION_MAJOR) {
        return major > NGX_SESSION_MC_VERSION_MAJOR;
    }

    if (minor != NGX_SESSION_MC_VERSION_MINOR) {
        return minor > NGX_SESSION_MC_VERSION_MINOR;
    }

    return patch >= NGX_SESSION_MC_VERSION_PATCH;
}


/* takes a number, and a dot if it is there; NULL: there is no number */

static const uint8_t *
ngx_session_mc_version_number(const uint8_t *pos, const uint8_t *last,
    uint64_t *n)
{
    const uint8_t  *end;

    *n = 0;

    if (pos == NULL) {
        return NULL;
    }

    end = nsess_uint_read(pos, last, NGX_SESSION_MC_NUMBER_MAX, n);

    if (end == pos) {
        return NULL;
    }

    return (end < last && *end == '.') ? end + 1 : end;
}
