/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Times and the parser, of both protocols. */


#include <string.h>

#include "nsess_mc_classic.h"
#include "nsess_mc_line.h"
#include "nsess_mc_meta.h"
#include "nsess_mc_proto.h"


/* memcached 1.6.18 reads an expiration time into an int32_t */
#define NSESS_MC_EXPTIME_MAX  0x7fffffff

/* CR LF, END, CR LF */
#define NSESS_MC_TAIL_MAX     7


static void nsess_mc_write_auth(nsess_writer_t *w, nsess_str_t secret);
static nsess_rc_t nsess_mc_parse_line(nsess_mc_parser_t *p,
    const uint8_t **pos, const uint8_t *last);
static nsess_rc_t nsess_mc_parse_value(nsess_mc_parser_t *p,
    const uint8_t **pos, const uint8_t *last);
static int nsess_mc_ends(const uint8_t *pos, nsess_str_t tail);
static nsess_rc_t nsess_mc_drop(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last);


int64_t
nsess_mc_exptime(int64_t ttl, int64_t now)
{
    if (ttl <= NSESS_MC_RELATIVE_MAX) {
        return ttl;
    }

    /* the latest time that memcached takes stands for all later ones */

    if (ttl >= NSESS_MC_EXPTIME_MAX || now >= NSESS_MC_EXPTIME_MAX - ttl) {
        return NSESS_MC_EXPTIME_MAX;
    }

    return now + ttl;
}


void
nsess_mc_write(nsess_writer_t *w, const nsess_mc_request_t *req)
{
    switch (req->command) {

    case NSESS_MC_AUTH:
        nsess_mc_write_auth(w, req->value);
        return;

    case NSESS_MC_ASK_VERSION:
        nsess_write(w, "version\r\n", 9);
        return;

    default:
        break;
    }

    if (req->protocol == NSESS_MC_CLASSIC) {
        nsess_mc_classic_write(w, req);

    } else {
        nsess_mc_meta_write(w, req);
    }
}


/*
 * memcached -Y looks at the value alone; one that asks for no password stores
 * it, with an exptime that is over
 */

static void
nsess_mc_write_auth(nsess_writer_t *w, nsess_str_t secret)
{
    nsess_write(w, "set auth 0 ", 11);
    nsess_write_uint(w, NSESS_MC_EXPTIME_OVER);
    nsess_write_char(w, ' ');
    nsess_write_uint(w, secret.len);
    nsess_write(w, "\r\n", 2);
    nsess_write_str(w, secret);
    nsess_write(w, "\r\n", 2);
}


void
nsess_mc_parser_init(nsess_mc_parser_t *p, size_t max_value)
{
    memset(p, 0, sizeof(nsess_mc_parser_t));

    nsess_mc_parser_limit(p, max_value);
}


void
nsess_mc_parser_limit(nsess_mc_parser_t *p, size_t max_value)
{
    /* room for the tail in p->need */

    p->max_value = max_value < SIZE_MAX - NSESS_MC_TAIL_MAX
                   ? max_value : SIZE_MAX - NSESS_MC_TAIL_MAX;
}


void
nsess_mc_parser_expect(nsess_mc_parser_t *p, const nsess_mc_expect_t *expect)
{
    p->expect = *expect;
}


nsess_mc_expect_t
nsess_mc_expect(const nsess_mc_request_t *req)
{
    nsess_mc_expect_t  expect;

    expect.protocol = req->protocol;
    expect.command = req->command;
    expect.touches = (req->command == NSESS_MC_GET && req->exptime != -1);
    expect.key = (req->protocol == NSESS_MC_CLASSIC
                  && req->command == NSESS_MC_GET)
                 ? nsess_mc_classic_key(req->key) : 0;

    return expect;
}


unsigned
nsess_mc_parser_inside(const nsess_mc_parser_t *p)
{
    return p->state != NSESS_MC_STATE_LINE || p->touch != 0;
}


nsess_rc_t
nsess_mc_parse(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last, nsess_mc_reply_t *reply)
{
    nsess_rc_t  rc;

    do {
        switch (p->state) {

        case NSESS_MC_STATE_LINE:
            rc = nsess_mc_parse_line(p, pos, last);
            break;

        case NSESS_MC_STATE_VALUE:
            rc = nsess_mc_parse_value(p, pos, last);
            break;

        case NSESS_MC_STATE_DROP:
            rc = nsess_mc_drop(p, pos, last);
            break;

        default: /* NSESS_MC_STATE_BROKEN */
            return NSESS_ERROR;
        }

        /* NSESS_DECLINED: go on in another state */

    } while (rc == NSESS_DECLINED);

    if (rc == NSESS_OK) {

        if (p->expect.protocol == NSESS_MC_CLASSIC) {
            nsess_mc_classic_end(p);
        }

        *reply = p->reply;
        p->state = NSESS_MC_STATE_LINE;
        p->need = 0;

    } else if (rc == NSESS_ERROR) {
        p->state = NSESS_MC_STATE_BROKEN;
        p->need = 0;
    }

    return rc;
}


static nsess_rc_t
nsess_mc_parse_line(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last)
{
    size_t          len;
    nsess_rc_t      rc;
    const uint8_t  *lf;

    len = last - *pos;

    if (len == 0) {
        return NSESS_AGAIN;
    }

    if (len > NSESS_MC_LINE_MAX) {
        len = NSESS_MC_LINE_MAX;
    }

    lf = memchr(*pos, '\n', len);

    if (lf == NULL) {
        return len == NSESS_MC_LINE_MAX ? NSESS_ERROR : NSESS_AGAIN;
    }

    if (lf == *pos || lf[-1] != '\r') {
        return NSESS_ERROR;
    }

    rc = p->expect.protocol == NSESS_MC_CLASSIC
         ? nsess_mc_classic_line(p, *pos, lf - 1)
         : nsess_mc_meta_line(p, *pos, lf - 1);

    if (rc != NSESS_ERROR) {
        *pos = lf + 1;
    }

    return rc;
}


static nsess_rc_t
nsess_mc_parse_value(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last)
{
    nsess_str_t  *value;

    if ((size_t) (last - *pos) < p->need) {
        return NSESS_AGAIN;
    }

    value = &p->reply.value;
    value->data = *pos;

    if (!nsess_mc_ends(value->data + value->len, p->tail)) {
        return NSESS_ERROR;
    }

    *pos += p->need;

    return NSESS_OK;
}


/* each tail begins with CR LF, and most of them are no longer */

static inline int
nsess_mc_ends(const uint8_t *pos, nsess_str_t tail)
{
    return pos[0] == '\r' && pos[1] == '\n'
           && (tail.len == 2
               || memcmp(pos + 2, tail.data + 2, tail.len - 2) == 0);
}


static nsess_rc_t
nsess_mc_drop(nsess_mc_parser_t *p, const uint8_t **pos,
    const uint8_t *last)
{
    size_t        len;
    nsess_str_t  *left;

    left = &p->reply.value;
    len = last - *pos;

    if (len < left->len) {
        left->len -= len;
        *pos = last;
        return NSESS_AGAIN;
    }

    *pos += left->len;

    /* only the tail is left */

    left->len = 0;
    p->need = p->tail.len;
    p->state = NSESS_MC_STATE_VALUE;

    return NSESS_DECLINED;
}
