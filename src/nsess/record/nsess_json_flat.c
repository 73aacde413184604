/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Takes members that are plain strings: with all it needs in registers. */


#include <string.h>

#include "nsess_json_flat.h"
#include "nsess_work.h"


static int nsess_json_flat_is(const uint8_t *pos, const uint8_t *stop,
    const char *between);


const uint8_t *
nsess_json_flat(const nsess_json_doc_t *doc, const uint8_t *pos,
    nsess_json_member_t *members, size_t max, size_t *n)
{
    int                   goes_on;
    const uint8_t        *first, *last, *step, *stop, *key, *value, *end;
    nsess_json_member_t  *m;

    first = doc->first;
    last = doc->last;
    end = pos;
    *n = 0;

    if (pos == last || *pos != '"') {
        return pos;
    }

    step = nsess_json_plain_step(first, last);

    /* what is between two strings has to begin before it */

    stop = last - 2;

    for (m = members; m != members + max; pos += 2) {
        nsess_work(1);

        key = pos;
        pos = nsess_json_plain_to(step, key + 1, last);

        if (!nsess_json_flat_is(pos, stop, "\":\"")) {
            break;
        }

        value = pos + 2;
        pos = nsess_json_plain_to(step, value + 1, last);
        goes_on = nsess_json_flat_is(pos, stop, "\",\"");

        if (!goes_on && (pos == last || *pos != '"')) {
            break;
        }

        end = pos + 1;

        m->key = (uint32_t) (key - first);
        m->key_len = (uint32_t) (value - 1 - key);
        m->value = (uint32_t) (value - first);
        m->value_len = (uint32_t) (end - value);
        m++;

        if (!goes_on) {
            break;
        }
    }

    *n = (size_t) (m - members);

    return end;
}


/* 1: these three bytes stand at pos */

static inline int
nsess_json_flat_is(const uint8_t *pos, const uint8_t *stop,
    const char *between)
{
    return pos < stop && memcmp(pos, between, 3) == 0;
}
