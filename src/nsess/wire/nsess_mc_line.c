/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The lines of both protocols. */


#include <string.h>

#include "nsess_mc_line.h"
#include "nsess_str.h"
#include "nsess_work.h"


static const nsess_mc_word_t *nsess_mc_line_word(const nsess_mc_word_t *words,
    const uint8_t *pos, const uint8_t *last, nsess_mc_command_e command);
static int nsess_mc_line_has(const uint8_t *pos, const uint8_t *last,
    nsess_str_t word);


/* any command may fail */

static const nsess_mc_word_t  nsess_mc_errors[] = {
    { nsess_string("SERVER_ERROR"), NSESS_MC_SERVER_ERROR,
      NSESS_MC_LINE_TEXT, NSESS_MC_ANY },
    { nsess_string("CLIENT_ERROR"), NSESS_MC_CLIENT_ERROR,
      NSESS_MC_LINE_TEXT, NSESS_MC_ANY },
    { nsess_string("ERROR"), NSESS_MC_UNKNOWN, NSESS_MC_LINE_TEXT,
      NSESS_MC_ANY },
    { { 0, NULL }, NSESS_MC_UNKNOWN, NSESS_MC_LINE_BARE, 0 }
};


const nsess_mc_word_t *
nsess_mc_line_begin(nsess_mc_parser_t *p, const nsess_mc_word_t *words,
    const uint8_t **pos, const uint8_t *last)
{
    const nsess_mc_word_t  *word;

    word = nsess_mc_line_word(words, *pos, last, p->expect.command);

    if (word == NULL) {
        word = nsess_mc_line_word(nsess_mc_errors, *pos, last,
                                  p->expect.command);
        if (word == NULL) {
            return NULL;
        }
    }

    *pos += word->word.len;

    if (*pos != last) {

        if (word->line == NSESS_MC_LINE_BARE) {
            return NULL;
        }

        (*pos)++;
    }

    nsess_mc_line_reply(p, word->status);

    if (word->line == NSESS_MC_LINE_TEXT) {
        p->reply.value = nsess_str_span(*pos, last);
    }

    return word;
}


static const nsess_mc_word_t *
nsess_mc_line_word(const nsess_mc_word_t *words, const uint8_t *pos,
    const uint8_t *last, nsess_mc_command_e command)
{
    const nsess_mc_word_t  *word;

    for (word = words; word->word.len != 0; word++) {
        if ((word->commands & nsess_mc_bit(command))
            && nsess_mc_line_has(pos, last, word->word))
        {
            return word;
        }
    }

    return NULL;
}


/* most lines begin with the first word of a table, which is short */

static inline int
nsess_mc_line_has(const uint8_t *pos, const uint8_t *last, nsess_str_t word)
{
    size_t  i;

    if ((size_t) (last - pos) < word.len) {
        return 0;
    }

    for (i = 0; i < word.len; i++) {
        nsess_work(1);

        if (pos[i] != word.data[i]) {
            return 0;
        }
    }

    pos += word.len;

    return pos == last || *pos == ' ';
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
