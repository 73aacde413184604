/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Streams of replies of memcached, in parts. */


#ifndef _MC_FEED_H_INCLUDED_
#define _MC_FEED_H_INCLUDED_


#include <string.h>

#include "guard.h"
#include "nsess_mc_proto.h"
#include "tap.h"


#define MAX_REPLIES   64
#define MAX_TEXT      64
#define MAX_VALUE     16
#define MAX_STREAM    4096

/* the largest size_t */

#if (SIZE_MAX > 0xffffffff)
#define LARGEST      "18446744073709551615"
#else
#define LARGEST      "4294967295"
#endif

#define str(text)    { sizeof(text) - 1, (const uint8_t *) text }
#define none         { 0, NULL }
#define wire(text)   text, sizeof(text) - 1


typedef struct {
    const char          *wire;
    size_t               len;
    nsess_mc_reply_t     reply;
} reply_t;


typedef struct {
    size_t               n;
    nsess_rc_t           rc;        /* the last one */
    nsess_mc_reply_t     replies[MAX_REPLIES];
    char                 values[MAX_REPLIES][MAX_TEXT];
} result_t;


/*
 * As a connection would: bytes come in parts, what has been consumed is
 * forgotten, the rest is presented again at another address, just before a
 * page that cannot be read.  What is expected, of each reply, may be NULL.
 */

static inline void
feed(nsess_mc_parser_t *p, result_t *res, const char *wire, size_t len,
    const size_t *cuts, size_t ncuts, const nsess_mc_expect_t *expect)
{
    size_t             i, start, end;
    uint8_t           *copy;
    const uint8_t     *pos, *last;
    nsess_mc_reply_t  *reply;

    memset(res, 0, sizeof(result_t));
    start = 0;

    for (i = 0; i <= ncuts; i++) {

        end = (i < ncuts) ? cuts[i] : len;
        copy = guard(wire + start, end - start);
        last = copy + (end - start);
        pos = copy;

        while (res->n < MAX_REPLIES) {
            reply = &res->replies[res->n];

            if (expect != NULL) {
                nsess_mc_parser_expect(p, &expect[res->n]);
            }

            res->rc = nsess_mc_parse(p, &pos, last, reply);

            if (res->rc != NSESS_OK) {
                break;
            }

            if (reply->value.len != 0) {
                memcpy(res->values[res->n], reply->value.data,
                       reply->value.len);
            }

            reply->value.data = (uint8_t *) res->values[res->n];
            res->n++;
        }

        if (res->rc == NSESS_ERROR) {
            return;
        }

        start += pos - copy;
    }
}


static inline int
same_reply(const nsess_mc_reply_t *a, const nsess_mc_reply_t *b)
{
    return a->status == b->status && a->flags == b->flags && a->cas == b->cas
           && a->ttl == b->ttl && a->opaque == b->opaque
           && a->has_opaque == b->has_opaque && a->oversize == b->oversize
           && a->value.len == b->value.len
           && (a->value.len == 0
               || memcmp(a->value.data, b->value.data, a->value.len) == 0);
}


static inline int
same_result(const result_t *a, const result_t *b)
{
    size_t  i;

    if (a->n != b->n || a->rc != b->rc) {
        return 0;
    }

    for (i = 0; i < a->n; i++) {
        if (!same_reply(&a->replies[i], &b->replies[i])) {
            return 0;
        }
    }

    return 1;
}


/* the bytes of all of these replies; their number */

static inline size_t
stream(char all[MAX_STREAM], const reply_t *replies, size_t n)
{
    size_t  i, len;

    len = 0;

    for (i = 0; i < n; i++) {
        memcpy(all + len, replies[i].wire, replies[i].len);
        len += replies[i].len;
    }

    return len;
}


/*
 * All of the replies, one behind the other, whole and in three parts: the
 * middle one of 0, step, 2 * step, ... bytes.  Of expect there is one more.
 */

static inline void
test_parts(const reply_t *replies, size_t n, const nsess_mc_expect_t *expect,
    size_t step)
{
    char                all[MAX_STREAM];
    size_t              i, len, cuts[2], bad;
    result_t            whole, res;
    nsess_mc_parser_t   parser;

    len = stream(all, replies, n);

    nsess_mc_parser_init(&parser, MAX_VALUE);
    feed(&parser, &whole, all, len, NULL, 0, expect);

    bad = 0;

    for (i = 0; i < whole.n; i++) {
        bad += !same_reply(&whole.replies[i], &replies[i].reply);
    }

    ok(whole.n == n && bad == 0 && whole.rc == NSESS_AGAIN,
       "all replies in one stream");

    bad = 0;

    for (cuts[0] = 0; cuts[0] <= len; cuts[0]++) {
        for (cuts[1] = cuts[0]; cuts[1] <= len; cuts[1] += step) {
            nsess_mc_parser_init(&parser, MAX_VALUE);
            feed(&parser, &res, all, len, cuts, 2, expect);

            bad += !same_result(&whole, &res);
        }
    }

    ok(bad == 0, "the stream in three parts");
}


#endif /* _MC_FEED_H_INCLUDED_ */
