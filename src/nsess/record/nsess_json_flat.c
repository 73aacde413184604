/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Takes members that are plain strings: with all it needs in registers. */


#include <string.h>

#include "nsess_json_flat.h"
#include "nsess_work.h"


static int nsess_json_flat_is(const uint8_t *pos, const uint8_t *last,
    const char *between);


const uint8_t *
nsess_json_flat(const nsess_json_doc_t *doc, const uint8_t *pos,
    nsess_json_member_t *members, size_t max, size_t *n)
{
    int                   goes_on;
    const uint8_t        *first, *last, *key, *value, *end;
    nsess_json_member_t  *m;

    first = doc->first;
    last = doc->last;
    end = pos;
    *n = 0;

    if (pos == last || *pos != '"') {
        return pos;
    }

    for (m = members; m != members + max; pos += 2) {
        nsess_work(1);

        key = pos;
        pos = nsess_json_plain(first, key + 1, last);

        if (!nsess_json_flat_is(pos, last, "\":\"")) {
            break;
        }

        value = pos + 2;
        pos = nsess_json_plain(first, value + 1, last);
        goes_on = nsess_json_flat_is(pos, last, "\",\"");

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


/* 1: these three bytes stand at pos, pos <= last */

static inline int
nsess_json_flat_is(const uint8_t *pos, const uint8_t *last,
    const char *between)
{
    return last - pos >= 3 && memcmp(pos, between, 3) == 0;
}
