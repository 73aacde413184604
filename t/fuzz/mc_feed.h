/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Streams of replies of memcached, which give the same ones in any parts. */


#ifndef _MC_FEED_H_INCLUDED_
#define _MC_FEED_H_INCLUDED_


#include <stdlib.h>
#include <string.h>

#include "mc_command.h"
#include "nsess_mc_proto.h"


#define MAX_REPLIES  64

/* the longest that ends a value: CR LF, END, CR LF */
#define TAIL_MAX     7

typedef struct {
    size_t              n;
    nsess_rc_t          rc;
    nsess_mc_reply_t    replies[MAX_REPLIES];
    uint64_t            sums[MAX_REPLIES];
} result_t;


/* in a block of its own, so that a sanitizer sees a read behind it */

static inline uint8_t *
copy_of(const uint8_t *data, size_t size)
{
    uint8_t  *p;

    p = malloc(size == 0 ? 1 : size);
    check(p != NULL);

    if (size != 0) {
        memcpy(p, data, size);
    }

    return p;
}


/* FNV-1a: reads every byte, and tells values apart */

static inline uint64_t
sum(nsess_str_t value)
{
    size_t    i;
    uint64_t  h;

    h = UINT64_C(14695981039346656037);

    for (i = 0; i < value.len; i++) {
        h = (h ^ value.data[i]) * UINT64_C(1099511628211);
    }

    return h;
}


/* n commands are expected, again and again; 0: of the meta protocol, any */

static inline void
feed(result_t *res, size_t max_value, size_t step, const uint8_t *data,
    size_t size, const nsess_mc_expect_t *expect, size_t n)
{
    size_t              start, end;
    uint8_t            *part;
    const uint8_t      *pos;
    nsess_mc_reply_t   *reply;
    nsess_mc_parser_t   parser;

    memset(res, 0, sizeof(result_t));
    nsess_mc_parser_init(&parser, max_value);

    start = 0;
    end = 0;

    do {
        end = (size - end < step) ? size : end + step;

        part = copy_of(data + start, end - start);
        pos = part;

        while (res->n < MAX_REPLIES) {
            reply = &res->replies[res->n];

            if (n != 0) {
                nsess_mc_parser_expect(&parser, &expect[res->n % n]);
            }

            res->rc = nsess_mc_parse(&parser, &pos, part + (end - start),
                                     reply);

            check(pos >= part && pos <= part + (end - start));
            check(parser.need <= max_value + TAIL_MAX);

            if (res->rc != NSESS_OK) {
                break;
            }

            check(reply->status >= NSESS_MC_VA
                  && reply->status <= NSESS_MC_VERSION);
            check(reply->status != NSESS_MC_VA
                  || reply->value.len <= max_value);
            check(!reply->oversize || reply->value.len == 0);

            res->sums[res->n++] = sum(reply->value);
            reply->value.data = NULL;
        }

        check(res->rc != NSESS_AGAIN
              || (size_t) (part + (end - start) - pos)
                 < (parser.need ? parser.need : NSESS_MC_LINE_MAX));

        start += pos - part;
        free(part);

    } while (end < size && res->rc == NSESS_AGAIN);
}


static inline void
check_same(const result_t *a, const result_t *b)
{
    size_t                   i;
    const nsess_mc_reply_t  *x, *y;

    check(a->n == b->n && a->rc == b->rc);

    for (i = 0; i < a->n; i++) {
        x = &a->replies[i];
        y = &b->replies[i];

        check(x->status == y->status && x->flags == y->flags
              && x->cas == y->cas && x->ttl == y->ttl
              && x->opaque == y->opaque && x->has_opaque == y->has_opaque
              && x->oversize == y->oversize && x->value.len == y->value.len
              && a->sums[i] == b->sums[i]);
    }
}


#endif /* _MC_FEED_H_INCLUDED_ */
