/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The short way through a record: members whose key and value are plain
 * strings, without white space around them, as most are.
 */


#ifndef _NSESS_JSON_FLAT_H_INCLUDED_
#define _NSESS_JSON_FLAT_H_INCLUDED_


#include <string.h>

#include "nsess_json_index.h"
#include "nsess_json_token.h"
#include "nsess_work.h"


/* the end of what is plain */

static inline size_t
nsess_json_flat_end(const uint8_t *text, size_t pos, size_t steps, size_t len)
{
#if defined(__SSE2__)
    unsigned  special;

    for ( /* void */ ; pos <= steps; pos += NSESS_JSON_STEP) {
        special = nsess_json_special(text + pos);

        if (special != 0) {
            return pos + (size_t) __builtin_ctz(special);
        }
    }

#else
    (void) steps;
#endif

    return (size_t) (nsess_json_plain(text, text + pos, text + len) - text);
}


/* 1: these three bytes stand at pos */

static inline int
nsess_json_flat_is(const uint8_t *text, size_t pos, size_t len,
    const char *between)
{
    return pos + 2 < len && memcmp(text + pos, between, 3) == 0;
}


/*
 * Takes up to max such members from begin on.  Returns the end of the last
 * value that it took; *n is their number, with begin for 0.
 */

static inline const uint8_t *
nsess_json_flat(const nsess_json_doc_t *doc, const uint8_t *begin,
    nsess_json_member_t *members, size_t max, size_t *n)
{
    int                   goes_on;
    size_t                pos, key, value, end, len, steps;
    const uint8_t        *text;
    nsess_json_member_t  *m;

    text = doc->first;
    len = (size_t) (doc->last - text);
    pos = (size_t) (begin - text);
    end = pos;
    m = members;

    steps = len >= NSESS_JSON_STEP ? len - NSESS_JSON_STEP : 0;
    goes_on = (pos < len && text[pos] == '"');

    while (goes_on && m != members + max) {
        nsess_work(1);

        key = pos;
        pos = nsess_json_flat_end(text, key + 1, steps, len);

        if (!nsess_json_flat_is(text, pos, len, "\":\"")) {
            break;
        }

        m->key = (uint32_t) key;
        m->key_len = (uint32_t) (pos + 1 - key);

        value = pos + 2;
        pos = nsess_json_flat_end(text, value + 1, steps, len);
        goes_on = nsess_json_flat_is(text, pos, len, "\",\"");

        if (!goes_on && (pos == len || text[pos] != '"')) {
            break;
        }

        end = pos + 1;

        m->value = (uint32_t) value;
        m->value_len = (uint32_t) (end - value);

        pos += 2;
        m++;
    }

    *n = (size_t) (m - members);

    return text + end;
}


#endif /* _NSESS_JSON_FLAT_H_INCLUDED_ */
