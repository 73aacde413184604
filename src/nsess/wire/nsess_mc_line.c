/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The lines of both protocols. */


#include <string.h>

#include "nsess_mc_line.h"
#include "nsess_str.h"


#define NSESS_MC_TTL_UNKNOWN  -2


const nsess_mc_word_t *
nsess_mc_line_begin(nsess_mc_parser_t *p, const nsess_mc_word_t *words,
    const uint8_t **pos, const uint8_t *last)
{
    nsess_str_t             token;
    const uint8_t          *start;
    const nsess_mc_word_t  *word;

    start = *pos;
    token = nsess_mc_token(pos, last);

    for (word = words; word->word.len != 0; word++) {
        if ((word->commands & nsess_mc_bit(p->expect.command))
            && nsess_str_equal(token, word->word))
        {
            break;
        }
    }

    if (word->word.len == 0
        || (word->line == NSESS_MC_LINE_BARE
            && token.len != (size_t) (last - start)))
    {
        return NULL;
    }

    memset(&p->reply, 0, sizeof(nsess_mc_reply_t));

    p->reply.status = word->status;
    p->reply.ttl = NSESS_MC_TTL_UNKNOWN;

    if (word->line == NSESS_MC_LINE_TEXT) {
        p->reply.value = nsess_str_span(*pos, last);
    }

    return word;
}


nsess_str_t
nsess_mc_token(const uint8_t **pos, const uint8_t *last)
{
    nsess_str_t     token;
    const uint8_t  *space;

    space = nsess_str_find(*pos, last, ' ');
    token = nsess_str_span(*pos, space);

    *pos = space < last ? space + 1 : last;

    return token;
}


nsess_rc_t
nsess_mc_number(const uint8_t *pos, const uint8_t *last, uint64_t max,
    uint64_t *n)
{
    return pos < last && nsess_uint_read(pos, last, max, n) == last
           ? NSESS_OK : NSESS_ERROR;
}


void
nsess_mc_line_value(nsess_mc_parser_t *p, uint64_t len, nsess_str_t tail)
{
    p->tail = tail;
    p->reply.value.len = len;

    if (len > p->max_value) {
        p->state = NSESS_MC_STATE_DROP;
        p->reply.oversize = 1;

        /* the number of bytes that are still to be dropped */

        return;
    }

    p->state = NSESS_MC_STATE_VALUE;
    p->need = len + tail.len;
}
